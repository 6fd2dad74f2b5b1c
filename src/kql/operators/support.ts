/** What the support table says of operators, by the names of their syntax nodes. */

/** Kusto's word for an operator, where it is not its node's name in lower case with hyphens. */
export const operatorWords: Readonly<Record<string, string>> = {
  FilterOperator: 'where',
  GetSchemaOperator: 'getschema',
  ReduceByOperator: 'reduce',
  ExecuteAndCacheOperator: '__executeAndCache',
  PartitionByOperator: '__partitionby',
};

/** How results can differ from Kusto's. */
export const operatorDifferences: Readonly<Record<string, string>> = {
  ReduceByOperator:
    'Follows the paper that Kusto names; groups can differ. The first 256 terms of a text and the 10,000 most frequent patterns count. A letter or digit in characters separates terms, any other character joins them.',
  RenderOperator:
    'Drawn are anomalychart, areachart, barchart, columnchart, linechart, piechart, scatterchart, stackedareachart and timechart; any other kind shows as a table.',
  SampleOperator: 'Rows are chosen at random, others than those of Kusto.',
  SampleDistinctOperator: 'Values are chosen by another rule than that of Kusto.',
};

/** Operators that are run outside the registry, since they give several results. */
export const severalResultOperators: readonly string[] = ['FacetOperator', 'ForkOperator'];

/** Operators that the local engine refuses. */
export const refusedOperators: readonly string[] = [
  'ExecuteAndCacheOperator',
  'GraphWhereEdgesOperator',
  'GraphWhereNodesOperator',
  'MacroExpandOperator',
];

/** Returns Kusto's word for the operator of a syntax node. */
export function operatorWord(node: string): string {
  return (
    operatorWords[node] ??
    node
      .replace(/Operator$/, '')
      .replace(/(?!^)[A-Z]/g, '-$&')
      .toLowerCase()
  );
}
