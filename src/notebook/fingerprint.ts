/** What a code cell's result depends on: the cell itself, and the cells and parameters before it. */
import { createHash } from 'node:crypto';
import type { ParameterValue } from '../kql/types.ts';
import { withLineFeeds } from './format/lines.ts';
import type { DocumentCell } from './huntDocument.ts';
import { codeCellOf } from './runAll.ts';

export interface Fingerprint {
  /** SHA-256 (hex) of the cell's language and text. */
  readonly content: string;
  /** SHA-256 (hex) of the parameters and of all runnable cells before it. */
  readonly upstream: string;
}

/** A fingerprint for each cell, undefined where nothing runs. Line endings do not count. */
export function fingerprintsOf(
  cells: readonly DocumentCell[],
  parameters: readonly ParameterValue[],
): readonly (Fingerprint | undefined)[] {
  let upstream = hash(JSON.stringify(parameters.map(({ name, type, value }) => [name, type, value])));
  return cells.map((documentCell) => {
    const cell = codeCellOf(documentCell);
    if (cell === undefined) return undefined;
    const fingerprint = { content: hash(`${cell.language}\n${withLineFeeds(cell.text)}`), upstream };
    upstream = hash(`${upstream}\n${fingerprint.content}`);
    return fingerprint;
  });
}

/** Whether a result made under `made` no longer belongs to the cell as it is now. */
export function isStale(made: Fingerprint, now: Fingerprint): boolean {
  return made.content !== now.content || made.upstream !== now.upstream;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
