/** Plugins that the local engine does not run, each with the reason that the error and the support table give. */

const sandbox = 'It runs code in a sandbox of the service; run it on Azure Data Explorer or Fabric.';
const cloud = 'It calls a service of Azure; run it on Azure Data Explorer or Fabric.';
const network =
  'A local query reaches no other server; run it on Azure Data Explorer or Fabric, or load what it fetches.';
const service = 'It asks a Kusto service about itself; run it on Azure Data Explorer or Fabric.';

export const refusedPlugins: ReadonlyMap<string, string> = new Map([
  ['ai_chat_completion', cloud],
  ['ai_chat_completion_prompt', cloud],
  ['ai_embed_text', cloud],
  ['ai_embeddings', cloud],
  ['azure_digital_twins_query_request', cloud],
  ['cosmosdb_sql_request', network],
  ['csharp', sandbox],
  ['dax_request', network],
  ['execute_query', service],
  ['execute_show_command', service],
  ['external_datatable', service],
  ['http_request', network],
  ['http_request_post', network],
  ['identity_v3', service],
  ['infer_storage_schema', 'It reads files of cloud storage; load the file, and its columns are inferred.'],
  [
    'infer_storage_schema_with_suggestions',
    'It reads files of cloud storage; load the file, and its columns are inferred.',
  ],
  ['mysql_request', network],
  ['postgresql_request', network],
  ['python', sandbox],
  ['r', sandbox],
  ['sql_request', network],
]);
