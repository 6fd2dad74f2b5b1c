/** Log Analytics and Microsoft Sentinel workspaces. */
import { z } from 'zod';
import type { Schema } from '../../kql/types.ts';
import type * as Client from './clients/azureLogs.ts';
import { columnTypeOf } from './columnTypes.ts';
import { fetchReply } from './fetchReply.ts';
import { ReplyError } from './jsonRows.ts';
import type { ProxyFor } from './proxyTunnel.ts';
import { readWhole, requireOk } from './readWhole.ts';
import type { RemoteService, ReplyFrame } from './service.ts';
import { serviceErrorOf } from './serviceErrors.ts';

/** The service of the public cloud. */
export const logAnalyticsEndpoint = 'https://api.loganalytics.io/v1';

/** Hosts of the service, with those of the national clouds; a token for it goes nowhere else. */
const logHosts: ReadonlySet<string> = new Set([
  'api.loganalytics.io',
  'api.loganalytics.azure.com',
  'api.loganalytics.us',
  'api.loganalytics.azure.us',
  'api.loganalytics.azure.cn',
]);

/** The longest that the service lets a query run. */
const serverTimeoutSeconds = 600;
const timeoutMs = (serverTimeoutSeconds + 30) * 1000;

export interface LogAnalyticsTarget {
  readonly to: 'log-analytics';
  readonly workspace: string;
  readonly endpoint: URL;
  /** ISO 8601 duration; the query reads no older rows. */
  readonly timespan?: string;
}

/** Returns the service for a workspace. Loads Microsoft's client. */
export async function logAnalyticsService(
  target: LogAnalyticsTarget,
  proxyFor?: ProxyFor,
): Promise<RemoteService> {
  const { workspace, endpoint, timespan } = target;
  const client: typeof Client = await import('./clients/azureLogs.ts');
  const base = endpoint.href.replace(/\/+$/, '');
  const service: RemoteService = {
    kind: 'log-analytics',
    name: `Log Analytics (${workspace})`,
    product: 'Log Analytics',
    endpoint: endpoint.origin,
    rowKind: 'array',
    parameterStyle: 'let',
    limit: '500,000 rows or 64 MB',
    timeoutMs,
    scopes: () => Promise.resolve(logHosts.has(endpoint.hostname) ? [`${endpoint.origin}/.default`] : []),
    schema: async (token, signal) => {
      const url = `${base}/workspaces/${encodeURIComponent(workspace)}/metadata`;
      const reply = await fetchReply(url, { method: 'POST', body: '{}', token, proxyFor, signal });
      await requireOk(reply, service);
      return readMetadata(await readWhole(reply.body));
    },
    send: ({ text, id }, token, signal) =>
      client.logsRequest({
        endpoint,
        workspace,
        text,
        id,
        token,
        serverTimeoutSeconds,
        signal,
        ...(timespan !== undefined && { timespan }),
      }),
    read: readTables,
  };
  return service;
}

const result = z.looseObject({
  tables: z.array(
    z.looseObject({
      columns: z.array(z.looseObject({ name: z.string(), type: z.string() })),
      rows: z.array(z.unknown()),
    }),
  ),
});

function readTables(json: unknown): ReplyFrame {
  const error = serviceErrorOf(json);
  const parsed = result.safeParse(json);
  if (!parsed.success) {
    if (error !== undefined) return { tables: [], errors: [error], notices: [] };
    throw new ReplyError('malformed');
  }
  const tables = parsed.data.tables.map(({ columns }, array) => ({
    array,
    columns: columns.map(({ name, type }, source) => ({ name, type: columnTypeOf(type), source })),
  }));
  return { tables, errors: error === undefined ? [] : [error], notices: [] };
}

const metadata = z.looseObject({
  tables: z
    .array(
      z.looseObject({
        name: z.string(),
        columns: z.array(z.looseObject({ name: z.string(), type: z.string() })).nullish(),
      }),
    )
    .nullish(),
  functions: z
    .array(
      z.looseObject({
        name: z.string(),
        body: z.string().nullish(),
        parameters: z.string().nullish(),
      }),
    )
    .nullish(),
});

/** Tables and saved functions, by the metadata of the workspace. */
function readMetadata(json: unknown): Schema {
  const parsed = metadata.safeParse(json);
  if (!parsed.success) throw new ReplyError('malformed');
  const { tables, functions } = parsed.data;
  return {
    tables: (tables ?? []).map(({ name, columns }) => ({
      name,
      columns: (columns ?? []).map((column) => ({ name: column.name, type: columnTypeOf(column.type) })),
    })),
    functions: (functions ?? []).map(({ name, body, parameters }) => ({
      name,
      parameters: `(${parameters ?? ''})`,
      body: `{ ${body ?? ''} }`,
    })),
  };
}
