/** Rows of processes as the tree that they are. */
import type { Column, WireValue } from '../kql/types.ts';

export interface TreeNode {
  /** What it is, in a line. */
  readonly text: string;
  /** When, where and by whom, in a line. */
  readonly note: string;
  /** The process that the tree is about. */
  readonly isChosen: boolean;
  readonly children: readonly TreeNode[];
}

/** Columns of `process-tree`, by which its results are known. */
const needed = ['NodeKey', 'ParentKey', 'Node', 'About', 'IsChosen'] as const;
type Needed = (typeof needed)[number];

/** Whether a table of these columns is a tree. */
export function isProcessTree(columns: readonly Column[]): boolean {
  return needed.every((name) => columns.some((column) => column.name === name));
}

/**
 * The roots of the tree; none for a table of another kind. What is beside one another stands in the order of the rows, what has
 * no time (`... and 12 more`) last. A row inside its own ancestry is left out.
 */
export function processTreeOf(
  columns: readonly Column[],
  rows: readonly (readonly WireValue[])[],
): readonly TreeNode[] {
  if (!isProcessTree(columns)) return [];
  const places = new Map(columns.map(({ name }, index) => [name, index]));
  const value = (row: readonly WireValue[], name: Needed): WireValue => row[places.get(name) ?? -1] ?? '';
  const text = (row: readonly WireValue[], name: Needed): string => {
    const found = value(row, name);
    return typeof found === 'string' ? found : JSON.stringify(found);
  };
  const keys = new Set(rows.map((row) => text(row, 'NodeKey')));
  const childrenOf = new Map<string, (readonly WireValue[])[]>();
  const roots: (readonly WireValue[])[] = [];
  for (const row of rows) {
    const parent = text(row, 'ParentKey');
    if (!keys.has(parent) || parent === text(row, 'NodeKey')) roots.push(row);
    else childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), row]);
  }
  const timeAt = places.get('Timestamp');
  const timedFirst = (siblings: readonly (readonly WireValue[])[]): readonly (readonly WireValue[])[] => {
    const hasTime = (row: readonly WireValue[]): boolean =>
      timeAt === undefined || (row[timeAt] ?? null) !== null;
    return [...siblings.filter(hasTime), ...siblings.filter((row) => !hasTime(row))];
  };
  const nodeOf = (row: readonly WireValue[], above: readonly string[]): TreeNode => {
    const key = text(row, 'NodeKey');
    const children = above.includes(key) || key === '' ? [] : timedFirst(childrenOf.get(key) ?? []);
    return {
      text: text(row, 'Node'),
      note: text(row, 'About'),
      isChosen: value(row, 'IsChosen') === true,
      children: children.map((child) => nodeOf(child, [...above, key])),
    };
  };
  return roots.map((root) => nodeOf(root, []));
}
