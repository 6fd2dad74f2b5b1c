/** Runs the corpus and counts what agrees. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Schema, TableSchema } from '../../src/kql/types.ts';
import { casesOf, comparisonOf, readingInfinity, schemaOf } from './corpus.ts';
import type { Case, Compare } from './corpus.ts';
import { createTable, openDatabase, runKql } from './database.ts';
import { familyOf } from './family.ts';

export interface Verdict {
  readonly testCase: Case;
  readonly family: string;
  readonly result: 'passed' | 'failed' | 'unsupported';
  readonly why: string;
  readonly milliseconds: number;
}

/** The files of the corpus, and what each is compared with. */
export const sources = [
  { file: 'kql-emulator.jsonl', compare: 'compare-emulator.mjs' },
  { file: 'kql-docs.jsonl', compare: 'compare.mjs' },
  { file: 'kql-peers.jsonl', compare: 'compare.mjs' },
  { file: 'hunting-queries.jsonl', compare: undefined },
] as const;

const factsFiles = ['defender-tables.json', 'sentinel-tables.json'];

export type SourceFile = (typeof sources)[number]['file'];

/** Returns the verdict on every case of a file whose id contains `match`. */
export async function measure(file: SourceFile, match = ''): Promise<Verdict[]> {
  const source = sources.find((candidate) => candidate.file === file);
  const cases = casesOf(file).filter(({ id }) => id.includes(match));
  if (cases.length === 0) return [];
  if (source?.compare === undefined) return measureOnEmptyTables(cases);
  const comparison = await comparisonOf(source.compare);
  const compare = source.compare === 'compare-emulator.mjs' ? readingInfinity(comparison) : comparison;
  const connection = await openDatabase();
  const verdicts: Verdict[] = [];
  for (const testCase of cases) verdicts.push(await judge(connection, testCase, compare));
  connection.closeSync();
  return verdicts;
}

/** Published hunting queries: they must translate, and run on tables that exist but are empty. */
async function measureOnEmptyTables(cases: readonly Case[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const platform of new Set(cases.map((testCase) => testCase.platform))) {
    const files =
      platform === 'mixed' ? factsFiles : factsFiles.filter((name) => name.startsWith(platform ?? ''));
    const schema = merged(files.map(schemaOf));
    const connection = await openDatabase();
    for (const table of schema.tables) await createTable(connection, table);
    for (const testCase of cases.filter((candidate) => candidate.platform === platform)) {
      verdicts.push(await judge(connection, testCase, undefined, schema));
    }
    connection.closeSync();
  }
  return verdicts;
}

/** Later schemas add tables, and columns to tables that are there. */
function merged(schemas: readonly Schema[]): Schema {
  const tables = new Map<string, TableSchema>();
  for (const { name, columns } of schemas.flatMap((schema) => schema.tables)) {
    const known = tables.get(name)?.columns ?? [];
    const added = columns.filter((column) => !known.some((other) => other.name === column.name));
    tables.set(name, { name, columns: [...known, ...added] });
  }
  return { tables: [...tables.values()] };
}

async function judge(
  connection: DuckDBConnection,
  testCase: Case,
  compare: Compare | undefined,
  schema?: Schema,
): Promise<Verdict> {
  const family = familyOf(testCase);
  const began = performance.now();
  const verdict = (result: Verdict['result'], why: string): Verdict => ({
    testCase,
    family,
    result,
    why,
    milliseconds: performance.now() - began,
  });
  try {
    const outcome = await runKql(connection, testCase.query, schema);
    if (!outcome.ok) {
      const { kind, message, code } = outcome.error;
      const sql = outcome.sql === undefined ? '' : `\n${outcome.sql}`;
      return verdict(kind === 'unsupported' ? 'unsupported' : 'failed', `${kind} ${code}: ${message}${sql}`);
    }
    if (compare === undefined) return verdict('passed', '');
    const last = outcome.tables.at(-1);
    if (last === undefined) return verdict('failed', 'no result');
    const { ok, why } = compare(testCase, last);
    return verdict(ok ? 'passed' : 'failed', why);
  } catch (error) {
    return verdict('failed', `exception: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
  }
}
