/** What can be said of a cell without running it: its errors, and the KQL behind it. */
import type { QueryOptions } from '../engine/engine.ts';
import type { LocalEngine } from '../engine/local/localEngine.ts';
import type { KqlError } from '../kql/errors.ts';
import type { Schema } from '../kql/types.ts';
import { isEmptyCell, parseHuntCell, type ParsedHuntCell } from '../steps/huntCell.ts';
import { StepError } from '../steps/step.ts';
import type { CellError, CodeCell } from './cell.ts';

/** The KQL that the cell runs; errors where the cell is broken or its step acts instead of detecting. */
export function kqlOfCell(cell: CodeCell, schema: Schema): string | readonly CellError[] {
  switch (cell.language) {
    case 'kql':
      return cell.text;
    case 'hunt': {
      const parsed = parseHuntCell(cell.text);
      if (!parsed.ok) return parsed.errors;
      return compiledKql(parsed, schema);
    }
    case 'sql':
      return wholeCell(cell, 'no-kql', 'A SQL cell runs as SQL; there is no KQL behind it.');
    case 'sigma':
      return wholeCell(cell, 'sigma', sigmaMessage);
  }
}

const sigmaMessage = 'This version does not run Sigma rules. Write the detection as KQL or as a step.';

/** The KQL of a detection step, ending in `| as` where the cell names its result. */
export function compiledKql(parsed: ParsedHuntCell, schema: Schema): string | readonly CellError[] {
  const { step, args, as } = parsed;
  if (step.kind === 'action') {
    return [
      {
        code: 'no-kql',
        message: `\`${step.verb}\` acts on the session; there is no KQL behind it.`,
        ...parsed.placeOf([]),
      },
    ];
  }
  try {
    const kql = step.compile(args, { schema }).trimEnd().replace(/;$/, '');
    return as === undefined ? kql : `${kql}\n| as ${as}`;
  } catch (error) {
    if (error instanceof StepError) return [stepComplaint(error, parsed)];
    throw error;
  }
}

/** A step's complaint at its argument's place in the cell. */
export function stepComplaint(error: StepError, parsed: ParsedHuntCell): CellError {
  return { code: error.code, message: error.message, ...parsed.placeOf(error.path) };
}

/** An error that is about the cell as a whole. */
export function wholeCell(cell: CodeCell, code: string, message: string): readonly CellError[] {
  return [{ code, message, start: 0, length: cell.text.length }];
}

/** A Kusto error as a cell's. */
export function cellError({ code, message, start, length, suggestions }: KqlError): CellError {
  return { code, message, start, length, ...(suggestions !== undefined && { suggestions }) };
}

/** What is wrong with the cell, by all that is known without running it. */
export async function diagnoseCell(
  cell: CodeCell,
  engine: LocalEngine,
  options: QueryOptions,
): Promise<readonly CellError[]> {
  if (cell.language === 'kql') {
    if (cell.text.trim() === '') return [];
    const checked = await engine.check(cell.text, options);
    return checked.ok ? [] : checked.errors.map(cellError);
  }
  if (cell.language !== 'hunt') return cell.language === 'sql' ? [] : wholeCell(cell, 'sigma', sigmaMessage);
  const parsed = parseHuntCell(cell.text);
  if (!parsed.ok) return isEmptyCell(parsed) ? [] : parsed.errors;
  const compiled = parsed.step.kind === 'action' ? '' : compiledKql(parsed, engine.schema());
  return typeof compiled === 'string' ? [] : compiled;
}
