/** Draws what a result shows as beside its table: the ATT&CK matrix of a hunt, or a process tree. */
import type { MatrixCell, MatrixColumn } from '../attack/matrix.ts';
import type { Drawing } from '../report/drawing.ts';
import type { TreeNode } from '../report/processTree.ts';
import { visibleText } from './cellText.ts';
import { element } from './dom.ts';

type Matrix = Extract<Drawing, { kind: 'matrix' }>;

/** Returns the picture; its text is what a reader sees. */
export function drawing(drawn: Drawing): HTMLElement {
  return element('div', {
    class: 'hunt-picture',
    children: drawn.kind === 'matrix' ? matrix(drawn) : [tree(drawn.roots)],
  });
}

function matrix({ columns, legend }: Matrix): readonly Node[] {
  const colors = new Map(legend.map(({ mark, color }) => [mark, color]));
  const marked = columns.filter(({ cells }) => cells.length > 0);
  const bare = columns.filter(({ cells }) => cells.length === 0);
  const used = new Set(marked.flatMap(({ cells }) => cells.map(({ mark }) => mark)));
  const rest = bare.map(({ tactic, unmarked }) => `${tactic} (${unmarked})`).join(', ');
  return [
    element('div', {
      class: 'hunt-legend',
      children: legend
        .filter(({ mark }) => used.has(mark))
        .map(({ label, color }) => colored(element('span', { text: label }), color)),
    }),
    element('div', {
      class: 'hunt-matrix',
      children: marked.map((column) => tacticColumn(column, colors)),
    }),
    element('div', {
      class: 'hunt-dim',
      text: rest === '' ? '' : `Techniques without a mark under the other tactics: ${rest}`,
    }),
  ];
}

function tacticColumn(
  { tactic, cells, unmarked }: MatrixColumn,
  colors: ReadonlyMap<string, string>,
): HTMLElement {
  return element('section', {
    children: [
      element('h4', { text: tactic }),
      ...cells.map((cell) => colored(technique(cell), colors.get(cell.mark) ?? '')),
      element('div', { class: 'hunt-dim', text: `${unmarked} without a mark` }),
    ],
  });
}

function technique({ id, name, isSub, note }: MatrixCell): HTMLElement {
  const made = element('div', {
    class: `hunt-technique${isSub ? ' is-sub' : ''}`,
    children: [element('b', { text: id }), document.createTextNode(` ${name}`)],
  });
  made.title = visibleText(note);
  return made;
}

function colored(target: HTMLElement, color: string): HTMLElement {
  target.style.setProperty('--mark', color);
  return target;
}

function tree(nodes: readonly TreeNode[]): HTMLElement {
  return element('ul', {
    class: 'hunt-tree',
    children: nodes.map(({ text, note, isChosen, children }) =>
      element('li', {
        children: [
          element('span', { class: `hunt-node${isChosen ? ' is-chosen' : ''}`, text: visibleText(text) }),
          element('span', { class: 'hunt-dim hunt-about', text: visibleText(note) }),
          ...(children.length > 0 ? [tree(children)] : []),
        ],
      }),
    ),
  });
}
