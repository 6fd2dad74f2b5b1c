/**
 * The conformance corpus: recorded and documented results of other implementations of the language, kept beside the
 * repository. Where it is absent, nothing is measured.
 */
import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import type { Column, ScalarType, Schema } from '../../src/kql/types.ts';
import { scalarTypes } from '../../src/kql/types.ts';
import type { Table } from './database.ts';

export const corpusFolder = resolve(import.meta.dirname, '../../../shared/conformance');
const factsFolder = resolve(corpusFolder, '../facts');

export interface Case {
  readonly id: string;
  readonly query: string;
  readonly family?: string;
  readonly platform?: string;
  readonly tags?: readonly string[];
}

export interface Comparison {
  readonly ok: boolean;
  readonly why: string;
}

export type Compare = (testCase: Case, actual: Table) => Comparison;

/** A case whose rows the recording holds as text. */
interface RecordedCase extends Case {
  readonly rows: readonly string[];
}

/** The corpus is there. */
export function hasCorpus(): boolean {
  return existsSync(corpusFolder);
}

/** Returns the cases of a file of the corpus. */
export function casesOf(file: string): Case[] {
  const text = readFileSync(resolve(corpusFolder, file), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Case);
}

/** Returns the comparison that a file of the corpus defines. */
export async function comparisonOf(file: string): Promise<Compare> {
  const module = (await import(pathToFileURL(resolve(corpusFolder, file)).href)) as {
    readonly compareCase: Compare;
  };
  return module.compareCase;
}

/**
 * Returns the comparison for recorded rows in which an infinite number stands as the word `Infinity`, where the
 * comparison writes its sign: such a cell, which has no quotes around it, is read as the sign.
 */
export function readingInfinity(compare: Compare): Compare {
  return (testCase, actual) => {
    const recorded = compare(testCase, actual);
    if (recorded.ok || !isRecorded(testCase)) return recorded;
    const rows = testCase.rows.map((row) => row.replace(/(?<=[(,]\s*-?)Infinity(?=\s*[,)])/g, '∞'));
    return compare({ ...testCase, rows } as RecordedCase, actual);
  };
}

function isRecorded(testCase: Case): testCase is RecordedCase {
  return 'rows' in testCase && Array.isArray(testCase.rows) && typeof testCase.rows[0] === 'string';
}

/** Returns the schema that a facts file describes: `{ Table: { Column: type } }`. */
export function schemaOf(file: string): Schema {
  const tables = JSON.parse(readFileSync(resolve(factsFolder, file), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  return {
    tables: Object.entries(tables).map(([name, columns]) => ({
      name,
      columns: Object.entries(columns).map(([column, type]): Column => ({
        name: column,
        type: scalarTypeOf(type),
      })),
    })),
  };
}

function scalarTypeOf(name: string): ScalarType {
  return scalarTypes.find((type) => type === name) ?? 'string';
}
