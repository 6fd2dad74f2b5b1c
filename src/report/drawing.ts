/** Pictures of results beside their tables: plain data, which the notebook and the report draw each in its way. */
import { marks, type Mark, type MatrixColumn } from '../attack/matrix.ts';
import type { Column, WireValue } from '../kql/types.ts';
import { isProcessTree, processTreeOf, type TreeNode } from './processTree.ts';
import { mappedTechniques, matrixOf } from './sections/attack.ts';

export type Drawing =
  | {
      readonly kind: 'matrix';
      /** Every tactic in matrix order. */
      readonly columns: readonly MatrixColumn[];
      readonly legend: readonly { readonly mark: Mark; readonly label: string; readonly color: string }[];
    }
  | { readonly kind: 'tree'; readonly roots: readonly TreeNode[] };

/** Rows that a drawing takes at most: more would be no picture. */
export const maxDrawnRows = 2000;

/** Whether a result of these columns may have a drawing, so that its rows are worth fetching. */
export function mayBeDrawn(columns: readonly Column[]): boolean {
  return isProcessTree(columns) || columns.some(({ name }) => /technique|^ttp/i.test(name));
}

/** The drawing of a result whose rows are all here; undefined for one that is just a table. */
export function drawingOf(
  columns: readonly Column[],
  rows: readonly (readonly WireValue[])[],
): Drawing | undefined {
  const techniques = mappedTechniques(columns, rows, '');
  if (techniques.length > 0) return { kind: 'matrix', columns: matrixOf(techniques), legend };
  const roots = processTreeOf(columns, rows);
  return roots.length === 0 ? undefined : { kind: 'tree', roots };
}

const legend = (['confirmed', 'suspected', 'potential', 'covered', 'open'] as const).map((mark) => ({
  mark,
  ...marks[mark],
}));
