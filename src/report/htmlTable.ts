/** Prints a table of a report as HTML: on screen it scrolls; on paper, one of many columns reads as a record a row. */
import { severities, type Severity } from '../notebook/finding.ts';
import { escapeHtml } from './htmlEscape.ts';
import type { Table } from './reportDocument.ts';

/** More columns than a page of paper holds side by side. */
const maxColumnsOnPaper = 10;
/** A text of more characters takes a line of its own in a record. */
const maxShortText = 44;
/** A word of more characters may be broken anywhere, or a hash would push the other columns off the paper. */
const maxWord = 20;

/** Returns the table, and under it what was cut. */
export function htmlTable({ columns, rows, cut }: Table): string {
  const isWide = columns.length > maxColumnsOnPaper;
  const head = columns
    .map(
      ({ name, align }) => `<th scope="col"${classes(align === 'right' && 'right')}>${breakable(name)}</th>`,
    )
    .join('');
  const body = rows.map((row) => {
    const cells = row.map((text, index) => {
      const { name = '', align = 'left' } = columns[index] ?? {};
      const isLong = isWide && text.length > maxShortText;
      const hasLongWord = text.split(/\s/).some((word) => word.length > maxWord);
      const shape = classes(align === 'right' && 'right', isLong && 'long', hasLongWord && 'breaks');
      const label = isWide ? ` data-name="${escapeHtml(name)}"` : '';
      return `<td${shape}${label}>${cellHtml(name, text)}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  const note = cut === undefined ? '' : `\n<p class="cut">Cut: ${escapeHtml(cut)}.</p>`;
  return `<div class="table${isWide ? ' wide' : ''}" tabindex="0"><table>
<thead><tr>${head}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table></div>${note}`;
}

function classes(...names: readonly (string | false)[]): string {
  const given = names.filter((name) => name !== false);
  return given.length === 0 ? '' : ` class="${given.join(' ')}"`;
}

function cellHtml(column: string, text: string): string {
  return column === 'Severity' && isSeverity(text)
    ? `<span class="badge ${text}">${escapeHtml(text)}</span>`
    : escapeHtml(text);
}

function isSeverity(text: string): text is Severity {
  return (severities as readonly string[]).includes(text);
}

/** `InitiatingProcessFileName` may break between its words. Entities hold no capital, so that none is torn. */
function breakable(name: string): string {
  return escapeHtml(name).replace(/([a-z\d])(?=[A-Z])/g, '$1<wbr>');
}
