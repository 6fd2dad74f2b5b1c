/** Rules over small tables on a real engine. */
import assert from 'node:assert/strict';
import type { AskTexts } from '../../src/sigma/occurringTexts.ts';
import { openWorkbench, type Columns, type Row, type Workbench } from '../steps/support/workbench.ts';
import type { Placeholders } from '../../src/sigma/placeholders.ts';
import { sigmaQueries } from '../../src/sigma/sigmaQuery.ts';

export interface SigmaBench extends Workbench {
  /** Ids (column `Id`) of the rows of the table `test_events` that a rule with this detection matches. */
  matches(detection: string, placeholders?: Placeholders): Promise<readonly unknown[]>;
}

export async function openSigmaBench(): Promise<SigmaBench> {
  const bench = await openWorkbench();
  return {
    ...bench,
    matches: async (detection, placeholders = {}) => {
      const text = `title: Test\nlogsource: { product: test, service: events }\ndetection:\n${detection}\n`;
      const compiled = sigmaQueries(text, { schema: bench.engine.schema(), placeholders });
      if (!compiled.ok) throw new Error(compiled.errors.map(({ message }) => message).join('\n'));
      const rows = await bench.query(`${compiled.queries[0]?.kql ?? ''}\n| sort by Id asc`);
      return rows.map(({ Id }) => Id);
    },
  };
}

/** Makes the table `test_events`, each row with its number from 1 on as `Id`. */
export async function events(bench: SigmaBench, columns: Columns, rows: readonly Row[]): Promise<void> {
  await bench.table(
    'test_events',
    { Id: 'long', ...columns },
    rows.map((row, index) => ({ Id: index + 1, ...row })),
  );
}

/** Runs a query of text columns, as `possibleRules` asks it. */
export async function textsOf(bench: Workbench, kql: string): ReturnType<AskTexts> {
  const rows = await bench.query(kql);
  const texts = rows.map((row) =>
    Object.values(row).map((value) => {
      assert.ok(typeof value === 'string');
      return value;
    }),
  );
  return { rows: texts, isCut: false };
}

/** The detection of one selection with these lines. */
export function selection(...lines: readonly string[]): string {
  return `  s:\n${lines.map((line) => `    ${line}\n`).join('')}  condition: s`;
}
