/** What a notebook without front matter says in its prose: its title and its hypothesis. */
import type { FinishedHunt } from '../notebook/finishedHunt.ts';
import { parseProse, plainText } from './prose.ts';

/** The first heading of level 1. */
export function titleIn(hunt: FinishedHunt): string | undefined {
  for (const cell of hunt.cells) {
    if (cell.kind !== 'prose') continue;
    const tokens = parseProse(cell.text);
    const index = tokens.findIndex(({ type, tag }) => type === 'heading_open' && tag === 'h1');
    const text = index < 0 ? '' : plainText(tokens[index + 1]);
    if (text !== '') return text;
  }
  return undefined;
}

/** What follows `Hypothesis:` in a paragraph, or the paragraph after one that holds that word alone. */
export function hypothesisIn(hunt: FinishedHunt): string | undefined {
  for (const cell of hunt.cells) {
    if (cell.kind !== 'prose') continue;
    const texts = parseProse(cell.text)
      .filter(({ type }) => type === 'inline')
      .map(plainText);
    for (const [index, text] of texts.entries()) {
      const match = /^[^a-z]*hypothesis\s*(?::\s*(.*)|)$/is.exec(text);
      const stated = (match?.[1] ?? '').trim() || (match ? texts[index + 1] : undefined);
      if (stated !== undefined && stated !== '') return stated;
    }
  }
  return undefined;
}
