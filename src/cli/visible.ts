/** Text for a terminal: log content cannot move the cursor, colour the screen or reorder what is read. */
import { visibleText } from '../report/visibleText.ts';

/** Returns the text on one line with control characters visible. */
export function visibleLine(text: string): string {
  return visibleText(text);
}

/** Returns the text with its line breaks, other control characters visible. */
export function visibleLines(text: string): string {
  return visibleText(text, { keepLines: true });
}
