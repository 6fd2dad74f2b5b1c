/** Runs KQL on the engine of a cell: on a remote one with the results of that engine that it names. */
import type { Engine, QueryOptions, QueryOutcome } from '../engine/engine.ts';
import type { LocalEngine } from '../engine/local/localEngine.ts';
import type { KqlError } from '../kql/errors.ts';
import { neededLets } from '../kql/neededLets.ts';
import type { Schema } from '../kql/types.ts';
import type { PublishedResults } from './sentTables.ts';

export interface Engines {
  readonly engine: LocalEngine;
  readonly published: PublishedResults;
}

/** Runs the text, and notes what it published. */
export async function queryOn(
  { engine: local, published }: Engines,
  engine: Engine,
  kql: string,
  options: QueryOptions,
): Promise<QueryOutcome> {
  const reads =
    engine.kind === 'local' ? published.cutNotices([...(options.lets ?? []), kql].join('\n')) : [];
  const outcome =
    engine.kind === 'local'
      ? await engine.query(kql, { ...options, lets: neededLets(kql, options.lets ?? []) })
      : await queryRemote(local, published, engine, kql, options);
  if (!outcome.ok) return outcome;
  for (const { publishedAs, table } of outcome.results) {
    if (publishedAs === undefined) continue;
    if (engine.kind === 'local') published.forget(publishedAs);
    else published.set(publishedAs, engine, table);
  }
  return reads.length === 0 ? outcome : { ...outcome, notices: [...reads, ...outcome.notices] };
}

async function queryRemote(
  local: LocalEngine,
  published: PublishedResults,
  engine: Engine,
  kql: string,
  options: QueryOptions,
): Promise<QueryOutcome> {
  const { lets = [], signal } = options;
  const sent = await published.lets(engine, [...lets, kql].join('\n'), signal);
  if (!sent.ok) {
    const start = Math.max(0, kql.indexOf(sent.name));
    const error = {
      kind: 'unsupported',
      code: 'remote-rows',
      message: sent.message,
      start,
      length: sent.name.length,
    } as const;
    return { ok: false, errors: [error] };
  }
  const outcome = await engine.query(kql, { ...options, lets: [...sent.lets, ...lets] });
  if (!outcome.ok) return { ok: false, errors: explained(outcome.errors, kql, local.schema(), engine) };
  return { ...outcome, notices: [...sent.notices, ...outcome.notices] };
}

/** A name that only the local session has is told as such. */
export function explained(
  errors: readonly KqlError[],
  kql: string,
  { tables }: Schema,
  engine: Engine,
): readonly KqlError[] {
  const local = new Set(tables.map(({ name }) => name.toLowerCase()));
  return errors.map((error) => {
    const word = kql.slice(error.start, error.start + error.length);
    if (error.kind !== 'semantic' || !local.has(word.toLowerCase())) return error;
    const hint = `${word} is a table of the local session, and this cell runs on ${engine.name}. Begin the cell with \`// engine: local\`, and publish with \`| as Name\` what it needs of the service.`;
    return { ...error, message: `${error.message} ${hint}` };
  });
}
