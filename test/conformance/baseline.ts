/** How much of each source agreed when the numbers were last recorded, family by family. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { Verdict } from './measure.ts';

const file = resolve(import.meta.dirname, 'baseline.json');

const tallySchema = z.object({
  cases: z.int(),
  passed: z.int(),
  failed: z.int(),
  unsupported: z.int(),
});
const baselineSchema = z.record(z.string(), z.record(z.string(), tallySchema));

export type Tally = z.infer<typeof tallySchema>;
/** By source file, then by family; `all` is the whole source. */
export type Baseline = z.infer<typeof baselineSchema>;

export function readBaseline(): Baseline {
  return baselineSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** Writes the numbers of the measured sources, and keeps those of the others. */
export function recordBaseline(measured: Baseline): void {
  writeFileSync(file, `${JSON.stringify({ ...readBaseline(), ...measured }, null, 2)}\n`);
}

/** Returns the verdicts counted: the source as `all`, then each of its families where it has several. */
export function tallies(verdicts: readonly Verdict[]): Record<string, Tally> {
  const families = [...new Set(verdicts.map(({ family }) => family))].sort();
  const parts = families.length < 2 ? [] : families;
  return Object.fromEntries([
    ['all', tally(verdicts)],
    ...parts.map((name) => [name, tally(verdicts.filter(({ family }) => family === name))] as const),
  ]);
}

function tally(verdicts: readonly Verdict[]): Tally {
  const count = (result: Verdict['result']): number =>
    verdicts.filter((verdict) => verdict.result === result).length;
  return {
    cases: verdicts.length,
    passed: count('passed'),
    failed: count('failed'),
    unsupported: count('unsupported'),
  };
}

/** Returns a sentence for each family of which fewer cases agree than before. */
export function regressions(before: Record<string, Tally>, now: Record<string, Tally>): string[] {
  return Object.entries(before).flatMap(([family, { passed, cases }]) => {
    const measured = now[family]?.passed ?? 0;
    return measured >= passed
      ? []
      : [`${family}: ${measured} cases agree, of ${cases} the baseline has ${passed}`];
  });
}
