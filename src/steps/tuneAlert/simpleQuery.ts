/** Reads KQL of the simple form that other rule languages share: a table, conditions on single columns, and a count. */

export interface Condition {
  readonly column: string;
  /** Sigma's modifiers of the comparison. */
  readonly modifiers: readonly string[];
  readonly values: readonly (string | number)[];
  readonly isNegated?: boolean;
}

export interface SimpleQuery {
  readonly table: string;
  /** All must hold. */
  readonly conditions: readonly Condition[];
  readonly count?: {
    readonly name: string;
    /** Column whose distinct values are counted; undefined: rows. */
    readonly field: string | undefined;
    readonly by: readonly string[];
    /** As KQL writes it, which Sigma reads too: `10m`. */
    readonly timespan: string;
  };
}

export type ReadQuery =
  | { readonly ok: true; readonly query: SimpleQuery }
  | { readonly ok: false; readonly part: string; readonly reason: string };

/** Reads the query, or says which part is not of the simple form. */
export function readSimpleQuery(text: string): ReadQuery {
  const plain = text.replace(/"(?:[^"\\]|\\.)*"|\/\/[^\n]*/g, (match) =>
    match.startsWith('//') ? '' : match,
  );
  const [table = '', ...operators] = splitOutside(plain, '|').map((part) => part.trim());
  if (!/^[A-Za-z_]\w*$/.test(table)) return refuse(table, 'a rule begins with one table');
  const conditions: Condition[] = [];
  let count: SimpleQuery['count'];
  for (const operator of operators) {
    if (count !== undefined) return refuse(operator, 'nothing follows a count');
    const where = /^where\s+([^]*)$/.exec(operator);
    if (where !== null) {
      for (const part of splitOutside(where[1] ?? '', ' and ')) {
        const condition = readCondition(part.trim());
        if (condition === undefined)
          return refuse(part.trim(), 'it is no comparison of one column with a value');
        conditions.push(condition);
      }
      continue;
    }
    if (!operator.startsWith('summarize'))
      return refuse(operator, 'only `where` and one `summarize` can be said');
    count = readCount(operator);
    if (count === undefined)
      return refuse(
        operator,
        'only `Name = count()` or `Name = dcount(Column)` by columns and `bin(Time, 10m)` can be said',
      );
  }
  return { ok: true, query: { table, conditions, ...(count !== undefined && { count }) } };
}

function refuse(part: string, reason: string): ReadQuery {
  return { ok: false, part: part.replace(/\s+/g, ' ').slice(0, 80), reason };
}

const comparisons: readonly (readonly [RegExp, readonly string[], boolean?])[] = [
  [/^==$/, []],
  [/^=~$/, []],
  [/^in~?$/, []],
  [/^(?:!=|!~|!in~?)$/, [], true],
  [/^(?:contains|contains_cs|has|has_cs)$/, ['contains']],
  [/^(?:startswith|startswith_cs|hasprefix)$/, ['startswith']],
  [/^(?:endswith|endswith_cs|hassuffix)$/, ['endswith']],
  [/^has_any$/, ['contains']],
  [/^has_all$/, ['contains', 'all']],
  [/^matches regex$/, ['re']],
  [/^>$/, ['gt']],
  [/^>=$/, ['gte']],
  [/^<$/, ['lt']],
  [/^<=$/, ['lte']],
];

function readCondition(text: string): Condition | undefined {
  const [, column, operator, right] =
    /^([A-Za-z_]\w*)\s*(==|=~|!=|!~|>=|<=|>|<|matches regex|!in~?|[a-z_]+~?)\s*([^]+)$/.exec(text) ?? [];
  const comparison = comparisons.find(([pattern]) => pattern.test(operator ?? ''));
  const values = readValues(right ?? '');
  if (column === undefined || comparison === undefined || values === undefined) return undefined;
  const [, modifiers, isNegated] = comparison;
  return { column, modifiers, values, ...(isNegated === true && { isNegated }) };
}

function readValues(text: string): readonly (string | number)[] | undefined {
  const list = /^\(\s*([^]*?)\s*\)$/.exec(text.trim());
  const parts = list === null ? [text.trim()] : splitOutside(list[1] ?? '', ',').map((part) => part.trim());
  const values = parts.map(readValue);
  return values.every((value) => value !== undefined) ? values : undefined;
}

function readValue(text: string): string | number | undefined {
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  const verbatim = /^@"((?:[^"]|"")*)"$/.exec(text);
  if (verbatim !== null) return (verbatim[1] ?? '').replaceAll('""', '"');
  const quoted = /^(?:"((?:[^"\\]|\\["'\\])*)"|'((?:[^'\\]|\\["'\\])*)')$/.exec(text);
  return quoted === null ? undefined : (quoted[1] ?? quoted[2] ?? '').replace(/\\(.)/g, '$1');
}

function readCount(text: string): SimpleQuery['count'] {
  const [, name, call, argument = '', by = ''] =
    /^summarize\s+(\w+)\s*=\s*(count|dcount|count_distinct)\(\s*(\w*)\s*\)\s+by\s+([^]+)$/.exec(text) ?? [];
  if (name === undefined || (call === 'count') !== (argument === '')) return undefined;
  const columns = splitOutside(by, ',').map((part) => part.trim());
  const timespan = columns.flatMap(
    (part) => /^(?:\w+\s*=\s*)?bin\(\s*\w+\s*,\s*(\d+[smhd])\s*\)$/.exec(part)?.[1] ?? [],
  );
  const plain = columns.filter((part) => /^[A-Za-z_]\w*$/.test(part));
  const [only, second] = timespan;
  if (only === undefined || second !== undefined || plain.length !== columns.length - 1) return undefined;
  return { name, field: argument === '' ? undefined : argument, by: plain, timespan: only };
}

/** Splits where the separator stands outside of quotes and parentheses; white space in it stands for any. */
function splitOutside(text: string, separator: string): readonly string[] {
  const pattern = new RegExp(
    String.raw`@"(?:[^"]|"")*"|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[()[\]]|` +
      (separator.trim() === 'and' ? String.raw`\s+and\s+` : separator === '|' ? String.raw`\|` : separator),
    'g',
  );
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const [found] = match;
    if (found === '(' || found === '[') depth++;
    else if (found === ')' || found === ']') depth--;
    else if (depth === 0 && !/^@?["']/.test(found)) {
      parts.push(text.slice(from, match.index));
      from = match.index + found.length;
    }
  }
  return [...parts, text.slice(from)];
}
