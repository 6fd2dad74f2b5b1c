/** A cell's whole value, under the grid: wrapped text, indented JSON, free to select and copy. */
import type { Column, WireValue } from '../kql/types.ts';
import { detailText, plainText, visibleText } from './cellText.ts';
import { button, element, keepKeys } from './dom.ts';

/** Longest value drawn at once; copying still takes all of it. */
const maxDetailText = 200_000;

export interface DetailActions {
  readonly copy: (text: string) => void;
  readonly close: () => void;
}

/** Returns the panel for one value. */
export function detailPanel(
  column: Column,
  rowNumber: number,
  value: WireValue,
  actions: DetailActions,
): HTMLElement {
  const whole = detailText(value);
  const text =
    whole.length > maxDetailText ? `${whole.slice(0, maxDetailText)}\n… cut here; copy takes all` : whole;
  const panel = element('section', {
    class: 'hunt-detail',
    attributes: { tabindex: '-1', 'aria-label': `Value of ${visibleText(column.name)}, row ${rowNumber}` },
    children: [
      element('div', {
        class: 'hunt-detail-bar',
        children: [
          element('strong', { text: visibleText(column.name) }),
          element('span', { class: 'hunt-dim', text: `${column.type} · row ${rowNumber}` }),
          element('span', { class: 'hunt-space' }),
          button('Copy', 'Copy this value', () => actions.copy(plainText(value))),
          button('✕', 'Close (Escape)', actions.close),
        ],
      }),
      element('pre', { class: 'hunt-detail-text', text: multilineText(text), attributes: { tabindex: '0' } }),
    ],
  });
  panel.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') actions.close();
  });
  keepKeys(panel);
  return panel;
}

/** Line breaks and tabs stay; other characters that deceive are made visible. */
function multilineText(text: string): string {
  return text
    .split(/\r\n|\n|\r/)
    .map(visibleText)
    .join('\n');
}
