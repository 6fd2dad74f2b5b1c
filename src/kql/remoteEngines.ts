/** Which services run what the local engine refuses; the one place that writes this into a message. */

/**
 * All run the language itself. Microsoft Defender's advanced hunting leaves parts of it out and lists none of them, so
 * no message promises that it runs something.
 */
const all = ['Azure Data Explorer', 'Fabric', 'Log Analytics'] as const;
const clusters = ['Azure Data Explorer', 'Fabric'] as const;

export type RemoteEngine = (typeof all)[number];

/**
 * What Log Analytics lacks, by Azure Monitor's list of differences in the language: other clusters and databases,
 * cursors and extents, code of one's own, requests to other servers.
 */
const clusterOnly =
  /^(alias|ai_\w+|azure_digital_twins_query_request|cluster|cosmosdb_sql_request|csharp|current_cursor|current_node_id|cursor_\w+|database|dax_request|entity_group|execute_\w+|external_\w+|http_request\w*|identity\w*|infer_storage_schema\w*|macro-expand|materialized_view|mysql_request|pattern|postgresql_request|python|r|restrict|row_id|rowstore_ordinal_range|sql_request|stored_query_result)$/;

/** Returns the services that run the construct of that name (a function, plugin, operator or statement). */
export function remoteEnginesFor(construct: string): readonly RemoteEngine[] {
  return clusterOnly.test(construct) ? clusters : all;
}

/**
 * Returns the refusal with a sentence that names the services which do not refuse; the construct is the first name in
 * quotes. A refusal that names one already stays as it is.
 */
export function sayingWhoCan(refusal: string): string {
  if (all.some((engine) => refusal.includes(engine))) return refusal;
  const construct = /['`]([\w-]+)/.exec(refusal)?.[1] ?? '';
  const engines = remoteEnginesFor(construct);
  return `${refusal} ${engines.slice(0, -1).join(', ')} and ${engines.at(-1) ?? ''} can.`;
}
