/**
 * The local engine behind the Kusto REST protocol, for any Kusto client on this machine. Contracts: it listens on
 * 127.0.0.1 only, answers nobody without the token, and reads: no request changes a file or a table.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newActivity, type Activity } from './activity.ts';
import { answer, asServiceError, type Service } from './answer.ts';
import { authMetadata } from './authMetadata.ts';
import { isCommand } from './commands/commandText.ts';
import { openDatabases, ServeError, type DatabasesOptions } from './data/databases.ts';
import { writeV1Command, writeV1Query } from './reply/replyV1.ts';
import { writeV2 } from './reply/replyV2.ts';
import type { ReplyWriter } from './reply/reply.ts';
import { readRequest } from './request/body.ts';
import { checkOrigin, checkToken } from './request/guard.ts';
import { RunningQueries } from './runningQueries.ts';
import { oneApiError, ServiceError } from './serviceError.ts';

export interface ServerOptions extends Omit<DatabasesOptions, 'onNotice' | 'workingFolder'> {
  /** Folder that relative paths start from. Default: the process's. */
  readonly workingFolder?: string;
  /** Default: one that is free. */
  readonly port?: number;
  /** What clients must send. Default: a random one. */
  readonly token?: string;
  /** Version that `.show version` tells. */
  readonly version?: string;
  /** Told what happens to tables, and what failed. */
  readonly onNotice?: (text: string) => void;
}

export interface KustoServer {
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly token: string;
  /** Names of the databases, the default one first. */
  readonly databases: readonly string[];
  /** Stops all queries, ends all connections and removes the engines' files. */
  close(): Promise<void>;
}

const host = '127.0.0.1';
const tokenBytes = 32;
/** The longest query that Kusto takes is some 2 MB. */
const maxBodyBytes = 4 * 1024 ** 2;

/** How long a client may take over its headers, its whole request, and between requests. */
const timeouts = { headersMs: 10_000, requestMs: 30_000, keepAliveMs: 60_000, checkMs: 2_000 } as const;
const maxConnections = 256;

/** Starts a server. Throws {@link ServeError} when there is nothing to serve or the port is taken. */
export async function startServer(options: ServerOptions): Promise<KustoServer> {
  const token = options.token ?? randomBytes(tokenBytes).toString('base64url');
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new ServeError('The token must be of printable ASCII characters without spaces.');
  }
  const onNotice = options.onNotice ?? (() => undefined);
  const databases = await openDatabases({
    ...options,
    workingFolder: options.workingFolder ?? process.cwd(),
    onNotice,
  });
  const queries = new RunningQueries();
  const version = options.version ?? '0.0.0';
  const service: Service = { databases, queries, version, startedAt: new Date() };
  const server = createServer(
    {
      headersTimeout: timeouts.headersMs,
      requestTimeout: timeouts.requestMs,
      keepAliveTimeout: timeouts.keepAliveMs,
      connectionsCheckingInterval: timeouts.checkMs,
    },
    (request, response) => void serve(request, response, { service, token, onNotice }),
  );
  server.maxConnections = maxConnections;
  try {
    await listen(server, options.port ?? 0);
  } catch (error) {
    await databases.dispose();
    throw error;
  }
  return {
    url: `http://${host}:${portOf(server)}`,
    token,
    databases: databases.all.map(({ name }) => name),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      queries.cancelAll();
      server.closeAllConnections();
      await closed;
      await databases.dispose();
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      reject(isTaken ? new ServeError(`Port ${port} cannot be used. Choose another with --port.`) : error);
    });
    server.listen({ host, port }, resolve);
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

interface Surroundings {
  readonly service: Service;
  readonly token: string;
  readonly onNotice: (text: string) => void;
}

/** Answers one request, whatever happens. */
async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  around: Surroundings,
): Promise<void> {
  const named = request.headers['x-ms-client-request-id'];
  const activity = newActivity(Array.isArray(named) ? named[0] : named);
  response.setHeader('x-ms-client-request-id', activity.clientRequestId);
  response.setHeader('x-ms-activity-id', activity.activityId);
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.on('error', () => undefined); // a client that went away; its query is stopped by `close`
  try {
    checkOrigin(request, request.socket.localPort ?? 0);
    await route(request, response, activity, around);
  } catch (error) {
    refuse(request, response, asServiceError(error), activity, around.onNotice);
  }
}

interface Route {
  readonly method: 'GET' | 'POST';
  readonly writer?: (text: string) => ReplyWriter;
}

const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['/v1/rest/auth/metadata', { method: 'GET' }],
  ['/v2/rest/query', { method: 'POST', writer: () => writeV2 }],
  ['/v1/rest/query', { method: 'POST', writer: () => writeV1Query }],
  ['/v1/rest/mgmt', { method: 'POST', writer: commandWriter }],
]);

function commandWriter(text: string): ReplyWriter {
  if (isCommand(text)) return writeV1Command;
  throw new ServiceError(
    'badRequest',
    'A management command begins with a dot; send queries to /v2/rest/query.',
  );
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  activity: Activity,
  { service, token }: Surroundings,
): Promise<void> {
  const [path = ''] = (request.url ?? '').split('?');
  const found = routes.get(path);
  if (!found) throw new ServiceError('notFound', 'This server answers the Kusto REST protocol only.');
  if (request.method !== found.method) {
    response.setHeader('Allow', found.method);
    throw new ServiceError('methodNotAllowed', `Use ${found.method} here.`);
  }
  if (!found.writer) {
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.end(JSON.stringify(authMetadata));
    return;
  }
  checkToken(request, token);
  const asked = await readRequest(request, maxBodyBytes);
  await answer(service, { request, response, activity }, asked, found.writer(asked.text));
}

/** Tells the client what went wrong; one that has begun to read a reply can only be cut off. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  error: ServiceError,
  activity: Activity,
  onNotice: (text: string) => void,
): void {
  if (error.kind === 'internal') onNotice(error.message);
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  for (const name of ['Content-Encoding', 'Vary']) response.removeHeader(name);
  response.statusCode = error.status;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  if (error.kind === 'unauthorized') response.setHeader('WWW-Authenticate', 'Bearer');
  if (error.kind === 'throttled') response.setHeader('Retry-After', '1');
  if (!request.complete) response.setHeader('Connection', 'close'); // what it still sends is not read
  response.end(request.method === 'HEAD' ? undefined : JSON.stringify(oneApiError(error, activity)));
}
