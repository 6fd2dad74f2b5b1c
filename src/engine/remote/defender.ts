/** Microsoft Defender XDR's advanced hunting, through Microsoft Graph (`security: runHuntingQuery`). */
import { z } from 'zod';
import type { TableSchema } from '../../kql/types.ts';
import { columnTypeOf } from './columnTypes.ts';
import { fetchReply } from './fetchReply.ts';
import { ReplyError } from './jsonRows.ts';
import type { ProxyFor } from './proxyTunnel.ts';
import type { RemoteService, ReplyFrame } from './service.ts';
import { serviceErrorOf } from './serviceErrors.ts';

/** Graph of the public cloud. */
export const graphEndpoint = 'https://graph.microsoft.com/v1.0';

/** Hosts of Graph, with those of the national clouds; a token for Graph goes nowhere else. */
const graphHosts: ReadonlySet<string> = new Set([
  'graph.microsoft.com',
  'graph.microsoft.us',
  'dod-graph.microsoft.us',
  'microsoftgraph.chinacloudapi.cn',
]);

/** "Results can return up to 100,000 rows", of which the reply says nothing; 3 minutes a request. */
const maxRows = 100_000;
const timeoutMs = 3.5 * 60_000;

export interface DefenderTarget {
  readonly to: 'defender';
  readonly endpoint: URL;
  /** ISO 8601, such as `P7D`; the service's default is 30 days. */
  readonly timespan?: string;
}

/** Returns the service. Graph tells no schema: `tables` are the published ones. */
export function defenderService(
  { endpoint, timespan }: DefenderTarget,
  tables: readonly TableSchema[],
  proxyFor?: ProxyFor,
): RemoteService {
  const url = `${endpoint.href.replace(/\/+$/, '')}/security/runHuntingQuery`;
  const schema = { tables };
  return {
    kind: 'defender',
    name: 'Microsoft Defender XDR (Microsoft Graph)',
    product: 'Microsoft Defender XDR',
    endpoint: endpoint.origin,
    rowKind: 'object',
    parameterStyle: 'let',
    silentRowLimit: maxRows,
    limit: '100,000 rows of the last 30 days',
    timeoutMs,
    scopes: () =>
      Promise.resolve(graphHosts.has(endpoint.hostname) ? [`${endpoint.origin}/ThreatHunting.Read.All`] : []),
    schema: () => Promise.resolve(schema),
    send: ({ text, id }, token, signal) =>
      fetchReply(url, {
        method: 'POST',
        body: JSON.stringify({ Query: text, ...(timespan !== undefined && { Timespan: timespan }) }),
        headers: { 'client-request-id': id.replace(/^.*;/, '') },
        token,
        proxyFor,
        signal,
      }),
    read: readHuntingResults,
  };
}

/** Graph's documentation writes the members both ways. */
const property = z
  .looseObject({
    name: z.string().optional(),
    Name: z.string().optional(),
    type: z.string().optional(),
    Type: z.string().optional(),
  })
  .transform(({ name, Name, type, Type }) => ({ name: name ?? Name ?? '', type: type ?? Type ?? '' }));

const results = z
  .looseObject({
    schema: z.array(property).optional(),
    Schema: z.array(property).optional(),
    results: z.array(z.unknown()).optional(),
    Results: z.array(z.unknown()).optional(),
  })
  .refine(({ results: rows, Results }) => (rows ?? Results) !== undefined);

function readHuntingResults(json: unknown): ReplyFrame {
  const error = serviceErrorOf(json);
  const parsed = results.safeParse(json);
  if (!parsed.success) {
    if (error !== undefined) return { tables: [], errors: [error], notices: [] };
    throw new ReplyError('malformed');
  }
  const { schema, Schema } = parsed.data;
  const columns = (schema ?? Schema ?? []).map(({ name, type }) => ({
    name,
    type: columnTypeOf(type),
    source: name,
  }));
  return { tables: [{ columns, array: 0 }], errors: error === undefined ? [] : [error], notices: [] };
}
