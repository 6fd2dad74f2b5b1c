/** The family of a case: what the table of results groups by where the corpus itself names no group. */
import { aggregates } from '../../src/kql/aggregates/registry.ts';
import type { Case } from './corpus.ts';

/** Operators that nearly every case uses to build its input or show its result. */
const scaffold: ReadonlySet<string> = new Set(['print', 'datatable', 'extend', 'project', 'range']);

/** Tried in order on a documented case; the first that holds names the family. */
const documented: readonly (readonly [family: string, holds: (tags: Tags) => boolean])[] = [
  ['graph', ({ op }) => op.some((name) => name.includes('graph'))],
  ['geospatial', ({ fn, plugin }) => [...fn, ...plugin].some((name) => name.startsWith('geo_'))],
  ['plugins', ({ plugin }) => plugin.length > 0],
  ['series', ({ fn }) => fn.some((name) => name.startsWith('series_'))],
  ['aggregates', ({ op, fn }) => op.includes('summarize') && fn.some((name) => aggregates.has(name))],
  ['operators', ({ op }) => op.some((name) => !scaffold.has(name))],
];

interface Tags {
  readonly op: readonly string[];
  readonly fn: readonly string[];
  readonly plugin: readonly string[];
}

/**
 * Returns the corpus's own family or platform; of a documented case its subject by its tags; of another engine's test
 * the engine, which is the first part of the id.
 */
export function familyOf({ id, family, platform, tags = [] }: Case): string {
  const named = family ?? platform;
  if (named !== undefined) return named;
  if (!id.startsWith('docs/')) return id.split('/', 1)[0] ?? id;
  const after = (prefix: string): string[] =>
    tags.flatMap((tag) => (tag.startsWith(prefix) ? [tag.slice(prefix.length)] : []));
  const grouped: Tags = { op: after('op:'), fn: after('fn:'), plugin: after('plugin:') };
  return documented.find(([, holds]) => holds(grouped))?.[0] ?? 'functions';
}
