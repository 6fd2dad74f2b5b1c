/** Why the local engine refuses a function, aggregate or operator, where the reason is its own; errors and the support page say it. */

const stored =
  'It reads what a cluster stores; load the rows as a table, or run the query on Azure Data Explorer or Fabric.';
const elsewhere =
  'It reads another cluster or database; load its rows as a table, or run the query on Azure Data Explorer or Fabric.';
const cursor =
  'Local tables keep no record of when rows came in; filter by time, or run the query on Azure Data Explorer or Fabric.';
const node = 'It asks a cluster about itself; run it on Azure Data Explorer or Fabric.';
const undocumented = 'Microsoft does not document it, so that nothing tells what it should give.';

export const refusalReasons: ReadonlyMap<string, string> = new Map([
  ['row_rank', 'It is an old name; write row_rank_dense() or row_rank_min().'],
  ['hll_isvalid', undocumented],
  ['tdigest_isvalid', undocumented],
  ['passthrough', undocumented],
  ['__executeAndCache', undocumented],
  ['cluster', elsewhere],
  ['database', elsewhere],
  ['entity_group', elsewhere],
  ['macro-expand', elsewhere],
  ['external_table', stored],
  ['graph', 'It reads a graph that a cluster stores; make one of rows with make-graph, or run it on Azure Data Explorer or Fabric.'],
  ['materialized_view', stored],
  ['stored_query_result', stored],
  ['current_cursor', cursor],
  ['cursor_after', cursor],
  ['cursor_before_or_at', cursor],
  ['cursor_current', cursor],
  ['current_node_id', node],
  ['row_id', node],
  ['rowstore_ordinal_range', node],
]); // prettier-ignore
