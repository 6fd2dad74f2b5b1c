/**
 * Microsoft's Kusto client, as one function that sends a request and gives the reply unread: the client would round
 * longs, cut ticks and hold the whole reply. A bundle of its own, read when a notebook first connects; of the rest it
 * takes types and plain functions only, since classes would be others here.
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import {
  Client,
  ClientRequestProperties,
  CloudSettings,
  KustoConnectionStringBuilder,
  KustoDataErrors,
  kustoTrustedEndpoints,
  MatchRule,
  type CloudInfo,
} from 'azure-kusto-data';
import { isLoopback } from '../endpoint.ts';
import type { HttpReply } from '../service.ts';

export interface KustoRequest {
  readonly cluster: URL;
  readonly database: string;
  readonly kind: 'query' | 'command';
  readonly text: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly id?: string;
  readonly token: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Idle connections are kept for the next request, and keep no process alive. */
const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };

/** Sends a query or a command. Rejects where no reply came. */
export async function kustoRequest(request: KustoRequest): Promise<HttpReply> {
  const { cluster, database, kind, text, timeoutMs, signal } = request;
  const client = clientFor(cluster, request.token, signal);
  const { cloud, isTold } = await cloudOf(cluster, signal);
  allow(cluster, cloud);
  // The client would ask by itself, and fail where it gets no answer.
  CloudSettings.writeToCache(cluster.origin, cloud);
  const properties = new ClientRequestProperties(
    // What a cell sends reads, whatever it holds.
    { results_progressive_enabled: false, request_readonly: true },
    { ...request.parameters },
    request.id,
  );
  properties.raw = true;
  properties.setClientTimeout(timeoutMs);
  try {
    const body: unknown =
      kind === 'query'
        ? await client.executeQuery(database, text, properties)
        : await client.executeMgmt(database, text, properties);
    return { status: 200, header: () => undefined, body: bytesOf(body) };
  } catch (error) {
    const reply = replyOf(error);
    if (reply === undefined) throw error;
    return reply;
  } finally {
    if (!isTold) CloudSettings.deleteFromCache(cluster.origin);
  }
}

/**
 * Returns the resource for which the cluster wants tokens; undefined for a host that Microsoft's client does not know as
 * its own: any other could ask for a token that opens somebody else's data.
 */
export async function kustoResource(cluster: URL, signal: AbortSignal): Promise<string | undefined> {
  const { LoginEndpoint, KustoServiceResourceId } = (await cloudOf(cluster, signal)).cloud;
  return isMicrosofts(cluster, LoginEndpoint) && isMicrosofts(new URL(KustoServiceResourceId), LoginEndpoint)
    ? KustoServiceResourceId
    : undefined;
}

function isMicrosofts(url: URL, loginEndpoint: string): boolean {
  // The client trusts this machine, and the hosts that it was told to trust, without looking further.
  if (url.protocol !== 'https:' || allowedHosts.has(url.hostname)) return false;
  try {
    kustoTrustedEndpoints.validateTrustedEndpoint(url, loginEndpoint);
    return true;
  } catch {
    return false;
  }
}

/** Hosts that the hunter allowed and that Microsoft's client does not know. */
const allowedHosts = new Set<string>();

/** Lets the client talk to a host that it does not know; whether it may, the hunter has said before. */
function allow(cluster: URL, { LoginEndpoint }: CloudInfo): void {
  if (allowedHosts.has(cluster.hostname) || isMicrosofts(cluster, LoginEndpoint)) return;
  allowedHosts.add(cluster.hostname);
  kustoTrustedEndpoints.addTrustedHosts([new MatchRule(cluster.hostname, true)], false);
}

/**
 * What the cluster says about sign-in; the public cloud's where it says nothing, and whether it was asked in vain. Rejects
 * where it cannot be reached.
 */
async function cloudOf(
  cluster: URL,
  signal: AbortSignal,
): Promise<{ readonly cloud: CloudInfo; readonly isTold: boolean }> {
  const known: unknown = CloudSettings.getFromCache(cluster.origin);
  if (isCloudInfo(known)) return { cloud: known, isTold: true };
  const client = clientFor(cluster, undefined, signal);
  const url = CloudSettings.getAuthMetadataEndpointFromClusterUri(cluster.origin);
  const reply = await client.axiosInstance.get<unknown>(url, {
    responseType: 'json',
    maxContentLength: maxMetadataBytes,
    validateStatus: () => true,
  });
  const said =
    typeof reply.data === 'object' && reply.data !== null && 'AzureAD' in reply.data
      ? reply.data.AzureAD
      : undefined;
  // An endpoint that does not know the question has nothing to say; one that is in trouble may say more later.
  const isTold = reply.status === 200 || reply.status === 404;
  return { cloud: reply.status === 200 && isCloudInfo(said) ? said : CloudSettings.defaultCloudInfo, isTold };
}

const maxMetadataBytes = 256 * 1024;

function isCloudInfo(value: unknown): value is CloudInfo {
  return (
    typeof value === 'object' &&
    value !== null &&
    'LoginEndpoint' in value &&
    typeof value.LoginEndpoint === 'string' &&
    'KustoServiceResourceId' in value &&
    typeof value.KustoServiceResourceId === 'string' &&
    URL.canParse(value.KustoServiceResourceId)
  );
}

/** A client for one request, since a client is closed as a whole and a request must be stopped by itself. */
function clientFor(cluster: URL, token: string | undefined, signal: AbortSignal): Client {
  const builder =
    token === undefined
      ? new KustoConnectionStringBuilder(cluster.origin)
      : KustoConnectionStringBuilder.withAccessToken(cluster.origin, token);
  builder.dataSource = cluster.href.replace(/\/+$/, '');
  // The client would send the name of the account and the path of the program.
  builder.setConnectorDetails('HuntNotebooks', '1', 'HuntNotebooks', '1', false);
  const client = new Client(builder);
  const { defaults } = client.axiosInstance;
  defaults.responseType = 'stream';
  defaults.httpAgent = agents.http;
  defaults.httpsAgent = agents.https;
  defaults.signal = signal;
  // The client heeds HTTP_PROXY even for this machine, and would tell the proxy the token.
  if (isLoopback(cluster)) defaults.proxy = false;
  return client;
}

/** The reply behind an error of the client; undefined where none came. */
function replyOf(error: unknown): HttpReply | undefined {
  const inner: unknown = error instanceof KustoDataErrors.ThrottlingError ? error.inner : error;
  if (!(inner instanceof Error) || !('response' in inner)) return undefined;
  const { response } = inner;
  if (typeof response !== 'object' || response === null || !('status' in response)) return undefined;
  const headers = 'headers' in response ? response.headers : undefined;
  return {
    status: Number(response.status),
    header: (name) => headerOf(headers, name),
    body: bytesOf('data' in response ? response.data : undefined),
  };
}

function headerOf(headers: unknown, name: string): string | undefined {
  const value: unknown =
    typeof headers === 'object' && headers !== null ? Reflect.get(headers, name) : undefined;
  return typeof value === 'string' ? value : undefined;
}

function bytesOf(body: unknown): AsyncIterable<Uint8Array> {
  if (typeof body === 'object' && body !== null && Symbol.asyncIterator in body) {
    return body as AsyncIterable<Uint8Array>;
  }
  throw new TypeError('The client gave no stream.');
}
