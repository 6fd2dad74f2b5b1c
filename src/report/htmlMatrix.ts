/** Prints the ATT&CK matrix of a hunt: a column for each tactic with a mark, and the others in a line. */
import { marks } from '../attack/matrix.ts';
import type { MatrixCell, MatrixColumn } from '../attack/matrix.ts';
import { escapeHtml } from './htmlEscape.ts';

/** Returns the markup; its classes are those of `htmlStyle.ts`. */
export function htmlMatrix(columns: readonly MatrixColumn[]): string {
  const marked = columns.filter(({ cells }) => cells.length > 0);
  const bare = columns.filter(({ cells }) => cells.length === 0);
  const used = new Set(marked.flatMap(({ cells }) => cells.map(({ mark }) => mark)));
  const legend = Object.entries(marks)
    .filter(([mark]) => [...used].some((one) => one === mark))
    .map(([mark, { label }]) => `<li class="mark-${mark}">${escapeHtml(label)}</li>`);
  const rest = bare.map(({ tactic, unmarked }) => `${escapeHtml(tactic)} (${unmarked})`).join(', ');
  return `<div class="matrix">
${marked.map(printColumn).join('\n')}
</div>
${rest === '' ? '' : `<p class="unmarked">Techniques without a mark under the other tactics: ${rest}.</p>\n`}<ul class="legend">${legend.join('')}</ul>`;
}

function printColumn({ tactic, cells, unmarked }: MatrixColumn): string {
  return `<section><h4>${escapeHtml(tactic)}</h4>
<ul>
${cells.map(printCell).join('\n')}
</ul>
<p class="unmarked">${unmarked} without a mark</p></section>`;
}

function printCell({ id, name, isSub, mark, note }: MatrixCell): string {
  const title = `${marks[mark].label}${note === '' ? '' : `: ${note}`}`;
  return `<li class="mark-${mark}${isSub ? ' sub' : ''}" title="${escapeHtml(title)}"><b>${escapeHtml(id)}</b> ${escapeHtml(name)}</li>`;
}
