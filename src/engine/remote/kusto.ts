/** Azure Data Explorer, Fabric, and whatever else speaks the Kusto REST protocol. */
import { kqlName, kqlString } from '../../kql/kqlText.ts';
import type * as Client from './clients/azureKusto.ts';
import { readDatabaseSchema, readFrames } from './kustoReply.ts';
import { readWhole, requireOk } from './readWhole.ts';
import type { RemoteService } from './service.ts';

/** The service stops a query after 4 minutes by default; see "Query limits" of Azure Data Explorer. */
const timeoutMs = 4.5 * 60_000;

export interface KustoTarget {
  readonly to: 'kusto';
  readonly cluster: URL;
  readonly database: string;
}

/** Returns the service at the address. Loads Microsoft's client. */
export async function kustoService({ cluster, database }: KustoTarget): Promise<RemoteService> {
  const client: typeof Client = await import('./clients/azureKusto.ts');
  const product = productOf(cluster);
  const request = { cluster, database, timeoutMs };
  const service: RemoteService = {
    kind: 'kusto',
    name: `${product} (${cluster.host}/${database})`,
    product,
    endpoint: cluster.origin,
    rowKind: 'array',
    parameterStyle: 'declare',
    limit: '500,000 rows or 64 MB',
    timeoutMs,
    scopes: async (signal) => {
      const resource = await client.kustoResource(cluster, signal);
      return resource === undefined ? [] : [`${resource.replace(/\/+$/, '')}/.default`];
    },
    schema: async (token, signal) => {
      const text = `.show database ${kqlName(database)} schema as json`;
      const reply = await client.kustoRequest({ ...request, kind: 'command', text, token, signal });
      await requireOk(reply, service);
      return readDatabaseSchema(await readWhole(reply.body));
    },
    send: ({ text, parameters, id }, token, signal) =>
      client.kustoRequest({ ...request, kind: 'query', text, parameters, id, token, signal }),
    read: readFrames,
    cancel: async (id, token, signal) => {
      const text = `.cancel query ${kqlString(id)}`;
      const reply = await client.kustoRequest({ ...request, kind: 'command', text, token, signal });
      await readWhole(reply.body);
    },
  };
  return service;
}

function productOf({ hostname }: URL): string {
  if (hostname.endsWith('.kusto.fabric.microsoft.com')) return 'Fabric Eventhouse';
  return /\.kusto\.(?:windows\.net|azuresynapse\.net|chinacloudapi\.cn|usgovcloudapi\.net)$/.test(hostname)
    ? 'Azure Data Explorer'
    : 'Kusto';
}
