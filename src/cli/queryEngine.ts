/** The engine of `hunt query`: loaded files, empty tables of schemas, and queries that do not see one another. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lenses } from '../data/lenses/lenses.ts';
import { isolatedKql } from '../engine/local/isolatedKql.ts';
import type { LocalEngine } from '../engine/local/localEngine.ts';
import { openLocalEngine } from '../engine/local/openLocalEngine.ts';
import { createKqlService } from '../kql/index.ts';
import type { TableSchema } from '../kql/types.ts';
import { StepError } from '../steps/step.ts';
import { steps } from '../steps/registry.ts';
import type { Io } from './io.ts';
import { UsageError } from './usage.ts';
import { visibleLine } from './visible.ts';

export interface Tables {
  /** Files of each table name. */
  readonly loads: ReadonlyMap<string, readonly string[]>;
  readonly schemas: readonly TableSchema[];
  /** Files may be downloaded from the hosts that are named. */
  readonly allowsNetwork: boolean;
}

export interface QuerySession {
  readonly engine: LocalEngine;
  /** Tables that can be made of what is loaded. */
  readonly lenses: Lenses;
}

/** Runs `use` with an engine over the tables, and leaves no file behind. Throws {@link UsageError} when a file cannot be loaded. */
export async function withQueryEngine<T>(
  io: Io,
  tables: Tables,
  use: (session: QuerySession) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'hunt-query-'));
  try {
    const hasNoData = tables.schemas.length > 0 && tables.loads.size === 0;
    const engine = await openLocalEngine({
      folder,
      // In this process, since a batch has no editor to keep responsive.
      kql: isolatedKql(createKqlService()),
      externalData: hasNoData ? 'empty' : 'refuse',
    });
    try {
      for (const { name, columns } of tables.schemas) {
        if (!tables.loads.has(name)) await engine.declareEmptyTable(name, columns);
      }
      await load(io, engine, tables);
      return await use({ engine, lenses: new Lenses(engine, () => [...tables.loads.keys()]) });
    } finally {
      await engine.dispose();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Loads files as a `load` step does. */
async function load(io: Io, engine: LocalEngine, { loads, allowsNetwork }: Tables): Promise<void> {
  if (loads.size === 0) return;
  const step = steps.find(({ verb }) => verb === 'load');
  if (step?.kind !== 'action') throw new Error('This build has no step that loads files.');
  const named = Object.fromEntries(
    [...loads].map(([name, files]) => [name, files.length === 1 ? files[0] : files]),
  );
  const args = step.arguments.safeParse(named);
  if (!args.success)
    throw new UsageError(
      `--load: ${args.error.issues.map(({ message }) => message).join(' ')}`,
      'Write --load NAME=FILE, with a name that is a KQL identifier.',
    );
  try {
    const { loaded, notices } = await step.run(args.data, {
      engine,
      folder: io.folder,
      allowPath: () => Promise.resolve(true), // the user named the file on the command line
      allowUrl: () => Promise.resolve(allowsNetwork),
      ...(io.loads !== undefined && { loads: io.loads }),
      signal: io.signal,
    });
    const rejected = loaded
      .filter(({ rejects }) => rejects.count > 0)
      .map(({ name, rejects }) => `${rejects.count} rows of ${name} could not be read; see ${name}_rejects.`);
    for (const notice of new Set([...notices, ...rejected])) io.stderr.write(`${visibleLine(notice)}\n`);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    const next =
      error.code === 'url-not-allowed'
        ? 'Add --allow-network to download what --load names.'
        : 'Check the path; it starts from the current folder.';
    throw new UsageError(`--load: ${error.message}`, next);
  }
}
