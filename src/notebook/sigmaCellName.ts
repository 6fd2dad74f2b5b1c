/** The name that a `sigma` cell gives its result: a comment line `# as: Name`, since all else in it is of the rule. */
import type { SigmaQuery } from '../sigma/sigmaQuery.ts';
import type { CellError } from './cell.ts';

/** A comment of the cell itself; one within a rule's texts is indented. */
const nameLine = /^#[ \t]*as:[ \t]*([^\r\n]*?)[ \t]*\r?$/dgm;
const tableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

export type NamedQueries =
  | { readonly ok: true; readonly queries: readonly SigmaQuery[] }
  | { readonly ok: false; readonly errors: readonly CellError[] };

/** The queries of the cell with the result named as the cell says; an error stands at the line. */
export function namedQueries(text: string, queries: readonly SigmaQuery[]): NamedQueries {
  const [line, second] = [...text.matchAll(nameLine)];
  if (line === undefined) return { ok: true, queries };
  if (second !== undefined) return refuse(second, 'A cell names one result. Remove this line.');
  const name = line[1] ?? '';
  if (!tableName.test(name)) {
    return refuse(line, '`as` takes a table name: letters, digits and `_`, not starting with a digit.');
  }
  const [only, another] = queries;
  if (only === undefined || another !== undefined) {
    const message = `\`as\` names the result of one rule, and this cell has ${queries.length}. Put each into a cell of its own, or run them with a \`detect\` step.`;
    return refuse(line, message);
  }
  return { ok: true, queries: [{ ...only, kql: `${only.kql}\n| as ${name}` }] };
}

function refuse(line: RegExpExecArray, message: string): NamedQueries {
  const [start, end] = line.indices?.[1] ?? [line.index, line.index];
  // An empty name is marked at the comment.
  const place =
    start === end ? { start: line.index, length: line[0].trimEnd().length } : { start, length: end - start };
  return { ok: false, errors: [{ code: 'as', message, ...place }] };
}
