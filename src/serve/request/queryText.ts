/** What a query's text says to the service rather than to the engine: its `set` statements and declared parameters. */
import type { ScalarType } from '../../kql/types.ts';

export interface DeclaredParameter {
  readonly name: string;
  readonly type: ScalarType;
}

/** Types by all the names that Kusto takes. */
const typeNames: ReadonlyMap<string, ScalarType> = new Map([
  ['bool', 'bool'],
  ['boolean', 'bool'],
  ['int', 'int'],
  ['long', 'long'],
  ['real', 'real'],
  ['double', 'real'],
  ['decimal', 'decimal'],
  ['string', 'string'],
  ['guid', 'guid'],
  ['uuid', 'guid'],
  ['uniqueid', 'guid'],
  ['datetime', 'datetime'],
  ['date', 'datetime'],
  ['timespan', 'timespan'],
  ['time', 'timespan'],
  ['dynamic', 'dynamic'],
]);

/** String literals of every form, and comments. */
const quoted =
  /```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|@"(?:[^"]|"")*"|@'(?:[^']|'')*'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*/g;

/** Returns the text with its strings and comments blanked, every other character in its place. */
function withoutStrings(text: string): string {
  return text.replace(quoted, (found) => found.replace(/[^\n]/g, ' '));
}

/** Returns what the `set` statements of the text say, by lower-case name; one without a value says `true`. */
export function setOptions(text: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  const statement = /(?<=^|;)\s*set\s+([A-Za-z_]\w*)\s*(?:=([^;]*))?(?=;|$)/dg;
  for (const match of withoutStrings(text).matchAll(statement)) {
    const [, name = ''] = match;
    const place = match.indices?.[2];
    const value = place === undefined ? 'true' : text.slice(...place).trim();
    options.set(name.toLowerCase(), unquoted(value));
  }
  return options;
}

/** Returns the parameters that the text declares; what is malformed is left for the parser to blame. */
export function declaredParameters(text: string): readonly DeclaredParameter[] {
  const blanked = withoutStrings(text);
  const declared: DeclaredParameter[] = [];
  const statement = /\bdeclare\s+query_parameters\s*\(/g;
  while (statement.test(blanked)) {
    for (const [from, to] of listItems(blanked, statement.lastIndex)) {
      statement.lastIndex = to; // each part of the text is read once
      const parameter = /^\s*(?:(\w+)|\[\s*(["'])(.*?)\2\s*\])\s*:\s*(\w+)/.exec(text.slice(from, to));
      const name = parameter?.[1] ?? parameter?.[3];
      const type = typeNames.get(parameter?.[4] ?? '');
      if (name !== undefined && type !== undefined) declared.push({ name, type });
    }
  }
  return declared;
}

/** Places of the items of a list in parentheses that begins at `start`. */
function listItems(blanked: string, start: number): (readonly [number, number])[] {
  const items: (readonly [number, number])[] = [];
  let from = start;
  let depth = 1;
  for (let at = start; at < blanked.length && depth > 0; at++) {
    const character = blanked[at] ?? '';
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    if (depth === 0 || (depth === 1 && character === ',')) {
      items.push([from, at]);
      from = at + 1;
    }
  }
  if (depth > 0) items.push([from, blanked.length]);
  return items;
}

function unquoted(text: string): string {
  return /^(["']).*\1$/s.test(text) ? text.slice(1, -1) : text;
}
