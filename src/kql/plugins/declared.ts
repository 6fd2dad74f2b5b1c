/** Plugins that the service has and Kusto's language library does not know, as KQL functions that type their calls. */

export interface DeclaredPlugin {
  readonly name: string;
  readonly parameters: string;
  /** Columns of its result, in Kusto's syntax. */
  readonly columns: string;
}

export const declaredPlugins: readonly DeclaredPlugin[] = [
  {
    name: 'schema_merge',
    parameters: 'PreserveOrder: bool = true',
    columns: 'ColumnName: string, ColumnOrdinal: long, DataType: string, ColumnType: string',
  },
  {
    name: 'diffpatterns_text',
    parameters:
      'Text: string, Condition: bool, MinTokens: long = 1, Threshold: real = 0.05, MaxTokens: long = 20',
    columns:
      'Count_of_True: long, Count_of_False: long, Percent_of_True: real, Percent_of_False: real, Pattern: string',
  },
];
