/** Places in a text as people and editors name them. */

export interface LineColumn {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
}

/** Returns line and column of an offset. */
export function lineColumn(text: string, offset: number): LineColumn {
  const before = text.slice(0, Math.max(0, offset));
  const breaks = [...before.matchAll(/\r\n|\n|\r/g)];
  const last = breaks.at(-1);
  const lineStart = last ? last.index + last[0].length : 0;
  return { line: breaks.length + 1, column: before.length - lineStart + 1 };
}

/** Returns the line at an offset with carets under the span, to print below a message. */
export function excerpt(text: string, start: number, length: number): string {
  const { column } = lineColumn(text, start);
  const lineStart = start - column + 1;
  const lineText = text.slice(lineStart).split(/\r\n|\n|\r/, 1)[0] ?? '';
  const carets = Math.max(1, Math.min(length, lineText.length - column + 1));
  // Tabs stay tabs in the margin, so that the carets stand under the span.
  const margin = lineText.slice(0, column - 1).replace(/[^\t]/g, ' ');
  return `  ${lineText}\n  ${margin}${'^'.repeat(carets)}`;
}
