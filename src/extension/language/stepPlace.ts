/** Where the cursor stands in a step that is still being written, read from the indentation: YAML in the making seldom parses. */

export interface StepPlace {
  /** Keys around the cursor, outermost first; the first is the verb. List items do not count. */
  readonly path: readonly string[];
  /** The cursor stands where a key is expected, or where the value of `key` is. */
  readonly expects: { readonly kind: 'key' } | { readonly kind: 'value'; readonly key: string };
  /** The word before the cursor, to be replaced. */
  readonly start: number;
  readonly length: number;
  /** Indentation of the cursor's line, in spaces. */
  readonly indent: number;
  /** Keys already written beside the cursor. */
  readonly siblings: readonly string[];
}

const keyLine = /^(\s*)(?:- +)?([A-Za-z_][\w-]*)\s*:(.*)$/;

/** Returns the place of an offset in the text of a `hunt` cell; undefined inside a comment. */
export function stepPlaceAt(text: string, offset: number): StepPlace | undefined {
  const lines = text.slice(0, offset).split('\n');
  const current = lines.at(-1) ?? '';
  if (/(^|\s)#/.test(current)) return undefined;
  const word = /[\w.-]*$/.exec(current)?.[0] ?? '';
  const start = offset - word.length;
  const indent = contentIndent(current);
  const before = current.slice(0, current.length - word.length);
  const path = parentsOf(lines.slice(0, -1), indent);
  const siblings = siblingsOf(text.split('\n'), lines.length - 1, indent);
  const place = { start, length: word.length, indent, siblings };

  const inline = [...before.matchAll(/([A-Za-z_][\w-]*)\s*:\s/g)].map(([, key = '']) => key);
  const lastKey = inline.at(-1);
  if (lastKey === undefined) {
    if (/^\s*-?\s*$/.test(before)) {
      const isListItem = /^\s*-/.test(before);
      const list = path.at(-1);
      if (isListItem && list !== undefined && path.length > 1)
        return { ...place, path: path.slice(0, -1), expects: { kind: 'value', key: list } };
      return { ...place, path, expects: { kind: 'key' } };
    }
    return undefined;
  }
  const isFlowKey = /\{[^}]*$/.test(before) && /[{,]\s*$/.test(before);
  if (isFlowKey) return { ...place, path: [...path, ...inline.slice(0, 1)], expects: { kind: 'key' } };
  return { ...place, path: [...path, ...inline.slice(0, -1)], expects: { kind: 'value', key: lastKey } };
}

/** Returns the key that the offset stands on, with the keys around it. */
export function stepKeyAt(
  text: string,
  offset: number,
): { readonly path: readonly string[]; readonly start: number; readonly length: number } | undefined {
  const lines = text.slice(0, offset).split('\n');
  const lineStart = offset - (lines.at(-1) ?? '').length;
  const line = text.slice(lineStart).split('\n', 1)[0] ?? '';
  const match = keyLine.exec(line);
  const key = match?.[2];
  if (key === undefined) return undefined;
  const start = lineStart + line.indexOf(key);
  if (offset < start || offset > start + key.length) return undefined;
  return { path: [...parentsOf(lines.slice(0, -1), contentIndent(line)), key], start, length: key.length };
}

function parentsOf(linesAbove: readonly string[], indent: number): string[] {
  const parents: string[] = [];
  let limit = indent;
  for (const line of linesAbove.toReversed()) {
    const match = keyLine.exec(line);
    if (match === null) continue;
    const lineIndent = (match[1] ?? '').length;
    if (lineIndent >= limit) continue;
    parents.unshift(match[2] ?? '');
    limit = lineIndent;
    if (limit === 0) break;
  }
  return parents;
}

function siblingsOf(lines: readonly string[], currentLine: number, indent: number): string[] {
  const siblings: string[] = [];
  for (const direction of [-1, 1]) {
    for (let index = currentLine + direction; index >= 0 && index < lines.length; index += direction) {
      const line = lines[index] ?? '';
      if (line.trim() === '') continue;
      const lineIndent = contentIndent(line);
      if (lineIndent < indent) break;
      const key = keyLine.exec(line)?.[2];
      if (lineIndent === indent && key !== undefined) siblings.push(key);
    }
  }
  return siblings;
}

function contentIndent(line: string): number {
  return /^\s*/.exec(line)?.[0].length ?? 0;
}
