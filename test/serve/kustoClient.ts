/** Microsoft's own client, as the judge of what the server says. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, ClientRequestProperties, KustoConnectionStringBuilder } from 'azure-kusto-data';
import { createKqlService } from '../../src/kql/index.ts';
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
