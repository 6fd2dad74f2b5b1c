/** Whether a KQL predicate from a file can stand inside a query without reaching out of its place. */

/** Strings of all kinds, comments, brackets, and the end of a statement; in this order a quote in a comment opens nothing. */
const token =
  /```[\s\S]*?```|~~~[\s\S]*?~~~|@"(?:[^"\n]|"")*"|@'(?:[^'\n]|'')*'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|[()[\]{};"'`]/g;

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Returns what is wrong, as the rest of a sentence; undefined where nothing is. */
export function predicateFault(kql: string): string | undefined {
  const open: string[] = [];
  for (const [text] of kql.matchAll(token)) {
    if (text.length > 1) continue;
    const closer = closing[text];
    if (closer !== undefined) open.push(closer);
    else if (text === ';') return 'holds a `;`; it is one predicate, as after `where`';
    else if (/["'`]/.test(text)) return 'opens a text that it does not close';
    else if (open.pop() !== text) return `closes a \`${text}\` that it did not open`;
  }
  const [missing] = open;
  return missing === undefined ? undefined : `does not close a bracket with \`${missing}\``;
}
