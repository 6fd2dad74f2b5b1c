/** What can be said of a `hunt` cell without a session. */
import type { CellError, CodeCell } from '../../notebook/cell.ts';
import { adviceOf } from '../../notebook/cellChecks.ts';
import { parseHuntCell } from '../../steps/huntCell.ts';
import { steps } from '../../steps/registry.ts';

/** Returns whether the cell's text begins a step that compiles to KQL. */
export function isDetectionStep(text: string): boolean {
  const keys = [...text.matchAll(/^([A-Za-z][\w-]*)\s*:/gm)].map(([, key]) => key);
  return steps.some((step) => step.kind === 'detection' && keys.includes(step.verb));
}

/** Returns what is wrong with a step's YAML and arguments, and what should be changed in them. */
export function stepProblems({ language, text }: CodeCell): readonly CellError[] {
  if (language !== 'hunt' || text.trim() === '') return [];
  const parsed = parseHuntCell(text);
  return parsed.ok ? adviceOf(parsed) : parsed.errors;
}
