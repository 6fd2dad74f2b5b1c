/** Microsoft's own client, as the judge of what the server says. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, ClientRequestProperties, KustoConnectionStringBuilder } from 'azure-kusto-data';
import { createKqlService } from '../../src/kql/index.ts';
import { z } from 'zod';
import { startServer, type KustoServer, type ServerOptions } from '../../src/serve/server.ts';

/** Returns a client of the service at this address. */
export function clientOf(url: string, token: string): Client {
  return new Client(KustoConnectionStringBuilder.withAccessToken(url, token));
}

/** Properties with these options and parameters. */
export function properties(
  options: Readonly<Record<string, unknown>>,
  parameters: Readonly<Record<string, unknown>> = {},
): ClientRequestProperties {
  return new ClientRequestProperties({ ...options }, { ...parameters });
}

export interface ServedFolder {
  readonly server: KustoServer;
  readonly folder: string;
  readonly notices: readonly string[];
  close(): Promise<void>;
}

/** Serves a folder called `logs` with these files. */
export async function serveFiles(
  files: Readonly<Record<string, string>>,
  options: Partial<ServerOptions> = {},
): Promise<ServedFolder> {
  const root = await mkdtemp(join(tmpdir(), 'hunt-served-'));
  const folder = join(root, 'logs');
  await mkdir(folder);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const notices: string[] = [];
  const server = await startServer({
    paths: [folder],
    threads: 2,
    kql: createKqlService(),
    onNotice: (notice) => notices.push(notice),
    ...options,
  });
  return {
    server,
    folder,
    notices,
    close: async () => {
      await server.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

interface Rows {
  readonly _rows: readonly (readonly unknown[])[];
}

/** Rows of a client's table as they came over the wire. */
export function rawRows(table: unknown): readonly (readonly unknown[])[] {
  return (table as Rows)._rows;
}

/** Requests without a client, to see the bytes and headers. */
export function plain({ server }: Pick<ServedFolder, 'server'>) {
  return {
    post: (
      path: string,
      body: unknown,
      headers: Readonly<Record<string, string>> = {},
      signal?: AbortSignal,
    ) =>
      fetch(server.url + path, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          Authorization: `Bearer ${server.token}`,
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        signal,
      }),
  };
}

/** What a request failed with. */
export interface Failure {
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly message: string;
  readonly inner: { code?: string; line?: number; position?: number; token?: string } | undefined;
}

const failureSchema = z.object({
  response: z.object({
    status: z.number(),
    data: z.object({
      error: z.object({
        code: z.string(),
        '@message': z.string(),
        innererror: z
          .object({ code: z.string(), '@line': z.number(), '@pos': z.number(), '@token': z.string() })
          .optional(),
      }),
    }),
  }),
});

/** Returns what the client's call rejects with; fails when it does not. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    const parsed = failureSchema.safeParse(error);
    if (!parsed.success) {
      const message = error instanceof Error ? error.message : String(error);
      return { status: undefined, code: undefined, message, inner: undefined };
    }
    const { status, data } = parsed.data.response;
    const { code, '@message': message, innererror: inner } = data.error;
    return {
      status,
      code,
      message,
      inner: inner && {
        code: inner.code,
        line: inner['@line'],
        position: inner['@pos'],
        token: inner['@token'],
      },
    };
  }
  throw new Error('The request succeeded.');
}
