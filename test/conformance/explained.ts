/**
 * Cases that differ and should: mistakes of a documented table and quirks of a recording, each with its reason in
 * `explained.json`. The file must stay true: a case that passes, or is not there, has nothing to explain.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { Verdict } from './measure.ts';

export const explained: ReadonlyMap<string, string> = new Map(
  Object.entries(
    z
      .record(z.string(), z.string().min(1))
      .parse(JSON.parse(readFileSync(resolve(import.meta.dirname, 'explained.json'), 'utf8'))),
  ),
);

export interface Explanations {
  /** Cases that differ for a stated reason. */
  readonly explained: number;
  /** Cases that differ for no stated reason. */
  readonly unexplained: readonly string[];
  /** Explanations of cases that pass. */
  readonly needless: readonly string[];
}

/** Returns how the reasons fit what was measured. */
export function explanationsOf(verdicts: readonly Verdict[]): Explanations {
  const differing = verdicts.filter(({ result }) => result !== 'passed').map(({ testCase }) => testCase.id);
  const unexplained = differing.filter((id) => !explained.has(id));
  const passing = verdicts.filter(({ result }) => result === 'passed').map(({ testCase }) => testCase.id);
  return {
    explained: differing.length - unexplained.length,
    unexplained,
    needless: passing.filter((id) => explained.has(id)),
  };
}
