/** A remote engine over a scripted server, with a local engine that its results land in. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QueryOutcome } from '../../../src/engine/engine.ts';
import type { LocalEngine } from '../../../src/engine/local/localEngine.ts';
import { openLocalEngine } from '../../../src/engine/local/openLocalEngine.ts';
import type { TokenRequest, TokenSource } from '../../../src/engine/remote/tokens.ts';
import { createKqlService } from '../../../src/kql/index.ts';

export interface Home {
  readonly engine: LocalEngine;
  close(): Promise<void>;
}

/** A local engine in a folder of its own. */
export async function openHome(): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'hunt-remote-'));
  const engine = await openLocalEngine({
    folder,
    kql: createKqlService(),
    threads: 1,
    memoryLimitBytes: 512 * 1024 ** 2,
  });
  return {
    engine,
    close: async () => {
      await engine.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Gives `token-1`, `token-2`, ... and keeps what it was asked. */
export function countedTokens(): TokenSource & { readonly asked: TokenRequest[] } {
  const asked: TokenRequest[] = [];
  return {
    asked,
    token: (request) => {
      asked.push(request);
      const refused = asked.filter(({ isRefused }) => isRefused === true).length;
      return Promise.resolve(`token-${refused + 1}`);
    },
  };
}

export interface Told {
  readonly rows?: readonly (readonly unknown[])[];
  readonly columns?: readonly string[];
  readonly cut?: unknown;
  readonly notices?: readonly string[];
  readonly errors?: readonly string[];
}

/** The last result of an outcome, or its errors as `code: message`. */
export async function told(outcome: QueryOutcome): Promise<Told> {
  if (!outcome.ok) return { errors: outcome.errors.map(({ code, message }) => `${code}: ${message}`) };
  const last = outcome.results.at(-1);
  if (last === undefined) return { notices: outcome.notices };
  const { table } = last;
  const { rows } = await table.page({ offset: 0, limit: 100 });
  return {
    rows,
    columns: table.columns.map(({ name, type }) => `${name}:${type}`),
    ...(table.cut && { cut: table.cut }),
    notices: outcome.notices,
  };
}

/** Frames of a v2 reply with one result. */
export function frames(
  columns: Readonly<Record<string, string>>,
  rows: readonly unknown[],
  completion: Readonly<Record<string, unknown>> = { HasErrors: false },
): unknown[] {
  return [
    { FrameType: 'DataSetHeader', IsProgressive: false, Version: 'v2.0' },
    {
      FrameType: 'DataTable',
      TableId: 0,
      TableKind: 'QueryProperties',
      TableName: '@ExtendedProperties',
      Columns: [{ ColumnName: 'TableId', ColumnType: 'int' }],
      Rows: [[1]],
    },
    {
      FrameType: 'DataTable',
      TableId: 1,
      TableKind: 'PrimaryResult',
      TableName: 'PrimaryResult',
      Columns: Object.entries(columns).map(([ColumnName, ColumnType]) => ({ ColumnName, ColumnType })),
      Rows: rows,
    },
    { FrameType: 'DataSetCompletion', Cancelled: false, ...completion },
  ];
}

/** A partial failure as Kusto tells it. */
export function oneApiError(message: string, code = 'LimitsExceeded'): Record<string, unknown> {
  return {
    error: {
      code,
      message: 'Request is invalid and cannot be executed.',
      '@type': 'Kusto.Data.Exceptions.KustoServicePartialQueryFailureLimitsExceededException',
      '@message': message,
      '@permanent': true,
    },
  };
}
