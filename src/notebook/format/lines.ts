/** Lines and line endings: `\n`, `\r\n` and a lone `\r`, as CommonMark and VS Code count them. */

export interface Line {
  readonly start: number;
  /** End of the line's text, before its line ending. */
  readonly textEnd: number;
  /** End of the line ending: the start of the next line. */
  readonly end: number;
}

/** The lines of the text in order; the last has no line ending. A text that ends in a line ending has no empty last line. */
export function* linesOf(text: string): Generator<Line> {
  let start = 0;
  let nextReturn = text.indexOf('\r');
  let nextFeed = text.indexOf('\n');
  while (start < text.length) {
    if (nextReturn !== -1 && nextReturn < start) nextReturn = text.indexOf('\r', start);
    if (nextFeed !== -1 && nextFeed < start) nextFeed = text.indexOf('\n', start);
    const isReturn = nextReturn !== -1 && (nextFeed === -1 || nextReturn < nextFeed);
    const textEnd = isReturn ? nextReturn : nextFeed === -1 ? text.length : nextFeed;
    const ending = isReturn && nextFeed === nextReturn + 1 ? 2 : textEnd === text.length ? 0 : 1;
    yield { start, textEnd, end: textEnd + ending };
    start = textEnd + ending;
  }
}

/** The text with every line ending as `\n`. */
export function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** The text with every line ending as `ending`. */
export function withLineEndings(text: string, ending: string): string {
  const feeds = withLineFeeds(text);
  return ending === '\n' ? feeds : feeds.replaceAll('\n', ending);
}

/** The line ending that the texts use most, or undefined when they have none. */
export function dominantLineEnding(texts: Iterable<string>): string | undefined {
  const all = [...texts];
  if (!all.some((text) => text.includes('\r')))
    return all.some((text) => text.includes('\n')) ? '\n' : undefined;
  const counts = new Map<string, number>();
  for (const text of all) {
    for (const [ending] of text.matchAll(/\r\n|\r|\n/g)) counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

export function endsInLineEnding(text: string): boolean {
  return text.endsWith('\n') || text.endsWith('\r');
}

/** Whether the part of the text before `end`, a line's start, ends in a blank line (or is empty). */
export function endsInBlankLine(text: string, end = text.length): boolean {
  let position = end;
  if (text[position - 1] === '\n') position -= text[position - 2] === '\r' ? 2 : 1;
  else if (text[position - 1] === '\r') position--;
  else return end === 0;
  while (text[position - 1] === ' ' || text[position - 1] === '\t') position--;
  return position === 0 || text[position - 1] === '\n' || text[position - 1] === '\r';
}
