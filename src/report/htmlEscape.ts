/** The one function by which text gets into the HTML report. */
import { visibleText } from './visibleText.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for element content or a quoted attribute; line feeds and tabs stay, other invisible characters show. */
export function escapeHtml(text: string): string {
  return visibleText(text, { keepLines: true }).replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
