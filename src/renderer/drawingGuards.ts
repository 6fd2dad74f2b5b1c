/** Narrows drawings that come with an output, which a stored notebook may hold. */
import type { Drawing } from '../report/drawing.ts';
import { isArrayOf, isCount, isFields } from './shapes.ts';

/** Trees come from logs; one deeper than this is none that a person reads. */
const maxDepth = 200;

/** Whether the value is a drawing. */
export function isDrawing(value: unknown): value is Drawing {
  if (!isFields(value)) return false;
  if (value['kind'] === 'tree') return isArrayOf(value['roots'], (node) => isTreeNode(node, maxDepth));
  return (
    value['kind'] === 'matrix' &&
    isArrayOf(value['columns'], isMatrixColumn) &&
    isArrayOf(value['legend'], isLegendItem)
  );
}

function isTreeNode(value: unknown, depth: number): boolean {
  return (
    depth > 0 &&
    isFields(value) &&
    typeof value['text'] === 'string' &&
    typeof value['note'] === 'string' &&
    typeof value['isChosen'] === 'boolean' &&
    isArrayOf(value['children'], (child) => isTreeNode(child, depth - 1))
  );
}

function isMatrixColumn(value: unknown): boolean {
  return (
    isFields(value) &&
    typeof value['tactic'] === 'string' &&
    isCount(value['unmarked']) &&
    isArrayOf(value['cells'], isMatrixCell)
  );
}

function isMatrixCell(value: unknown): boolean {
  return (
    isFields(value) &&
    ['id', 'name', 'mark', 'note'].every((field) => typeof value[field] === 'string') &&
    typeof value['isSub'] === 'boolean'
  );
}

function isLegendItem(value: unknown): boolean {
  return (
    isFields(value) &&
    typeof value['mark'] === 'string' &&
    typeof value['label'] === 'string' &&
    typeof value['color'] === 'string' &&
    /^#[0-9a-f]{6}$/.test(value['color'])
  );
}
