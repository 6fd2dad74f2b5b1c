/** Functions of regular expressions. */
import type { Call, SqlExpression } from '../expression.ts';
import { nullLiteral, sqlTypes, stringLiteral } from '../sql/literal.ts';
import { convert, longOf, textOf } from './convert.ts';
import { exact, ofFirst, typed } from './entry.ts';
import type { ScalarEntry, ScalarTable } from './entry.ts';
import { constantPattern, duckPattern, rewriteText } from './patterns.ts';

/** Capturing groups of a pattern. */
function groupCount(pattern: string): number {
  const withoutClasses = pattern.replace(/\\./g, '').replace(/\[[^\]]*\]/g, '');
  return (withoutClasses.match(/\((?!\?)|\(\?P?</g) ?? []).length;
}

function required(args: readonly SqlExpression[], index: number, call: Call): SqlExpression {
  return args[index] ?? call.invalid(`${call.name}() needs at least ${index + 1} arguments.`);
}

/** `extract(pattern, group, text[, typeof(type)])`; without a match, null or the empty string. */
const extract = exact((args, call) => {
  const [pattern, group, text] = [required(args, 0, call), required(args, 1, call), required(args, 2, call)];
  const index = group.constant;
  if (typeof index !== 'bigint') return computedGroup(pattern, group, text, call);
  if (typeof pattern.constant === 'string' && index > BigInt(groupCount(pattern.constant))) {
    return nullLiteral(call.type);
  }
  const sql = `regexp_extract(${textOf(text)}, ${constantPattern(pattern, call, 0)}, ${index})`;
  if (typeof pattern.constant === 'string' && holdsDigitsOnly(pattern.constant, Number(index))) {
    if (call.type === 'int' || call.type === 'long') return `TRY_CAST(${sql} AS ${sqlTypes[call.type]})`;
  }
  return convert({ sql, type: 'string' }, call.type);
});

/** What the group matches is a plain run of digits, so that it needs no other reading as a number. */
function holdsDigitsOnly(pattern: string, group: number): boolean {
  const contents = [...pattern.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|\((?!\?)([^()]*\))?/gs)]
    .filter(([found]) => found.startsWith('('))
    .map(([, content]) => content);
  return /^(?:\\d|\[0-9\])(?:[+*]|\{\d+(?:,\d*)?\})?\)$/.test(contents[group - 1] ?? '');
}

/** A group that the data choose: all are extracted. */
function computedGroup(
  pattern: SqlExpression,
  group: SqlExpression,
  text: SqlExpression,
  call: Call,
): string {
  if (typeof pattern.constant !== 'string') {
    return call.unsupported('extract() with neither a constant pattern nor a constant group', 1);
  }
  const regex = constantPattern(pattern, call, 0);
  const groups = Array.from({ length: groupCount(pattern.constant) + 1 }, (_, index) => index);
  const all = groups.map((index) => `regexp_extract(${textOf(text)}, ${regex}, ${index})`);
  return convert(
    { sql: `coalesce([${all.join(', ')}][${longOf(group)} + 1], '')`, type: 'string' },
    call.type,
  );
}

/** `extract_all(pattern, [groups,] text)`: one string a match for one group, an array a match for more. */
const extractAll = exact((args, call) => {
  const pattern = required(args, 0, call);
  const text = args.at(-1) ?? pattern;
  if (typeof pattern.constant !== 'string') {
    return call.unsupported('extract_all() with a pattern that is not constant.', 0);
  }
  const groups =
    args.length > 2
      ? chosenGroups(required(args, 1, call), pattern.constant, call)
      : allGroups(pattern.constant);
  const regex = constantPattern(pattern, call, 0);
  const lists = groups.map((group) => `regexp_extract_all(${textOf(text)}, ${regex}, ${group})`);
  const matches =
    lists.length === 1
      ? (lists[0] ?? '[]')
      : `list_transform(list_zip(${lists.join(', ')}), lambda m: [${lists.map((_, i) => `coalesce(m[${i + 1}], '')`).join(', ')}])`;
  return `nullif(to_json(${matches}), '[]')`;
});

function allGroups(pattern: string): number[] {
  const count = groupCount(pattern);
  return count === 0 ? [0] : Array.from({ length: count }, (_, index) => index + 1);
}

/** The names of the capturing groups in their order; undefined for one without. */
function groupNames(pattern: string): (string | undefined)[] {
  const withoutClasses = pattern.replace(/\\./g, '').replace(/\[[^\]]*\]/g, '');
  return [...withoutClasses.matchAll(/\((?!\?)|\(\?P?<(\w+)>/g)].map(([, name]) => name);
}

function chosenGroups(groups: SqlExpression, pattern: string, call: Call): number[] {
  const { constant } = groups;
  const json = typeof constant === 'object' && constant !== null ? constant.json : undefined;
  if (!Array.isArray(json))
    return call.unsupported('extract_all() with groups that are not a constant array.', 1);
  const chosen: readonly unknown[] = json;
  const names = groupNames(pattern);
  return chosen.map((group) => {
    const place = typeof group === 'string' ? names.indexOf(group) + 1 : group;
    const exists = typeof place === 'number' && place > 0 && place <= names.length;
    return exists ? place : call.invalid(`The pattern has no group ${JSON.stringify(group)}.`, 1);
  });
}

const replaceRegex = exact((args, call) => {
  const [text, pattern, rewrite] = [
    required(args, 0, call),
    required(args, 1, call),
    required(args, 2, call),
  ];
  return `regexp_replace(${textOf(text)}, ${constantPattern(pattern, call, 1)}, ${rewriteText(rewrite)}, 'g')`;
});

/** The match is taken away once at each asked end. */
function trim(atStart: boolean, atEnd: boolean): ScalarEntry {
  return exact((args, call) => {
    const [pattern, text] = [required(args, 0, call), required(args, 1, call)];
    const regex = constantPattern(pattern, call, 0);
    const anchored = (before: string, after: string): string =>
      typeof pattern.constant === 'string'
        ? stringLiteral(`${before}(?:${duckPattern(pattern.constant)})${after}`)
        : `('${before}(?:' || ${regex} || ')${after}')`;
    const started = atStart ? `regexp_replace(${textOf(text)}, ${anchored('^', '')}, '')` : textOf(text);
    return atEnd ? `regexp_replace(${started}, ${anchored('', '$')}, '')` : started;
  });
}

const indexOfRegex = exact((args, call) => {
  const [text, pattern] = [required(args, 0, call), required(args, 1, call)];
  const regex = constantPattern(pattern, call, 1);
  const [start, length, occurrence] = [args[2], args[3], args[4]];
  if (start === undefined) return `kql_indexof_regex(${textOf(text)}, ${regex})`;
  const count = length === undefined ? '-1' : longOf(length);
  const nth = occurrence === undefined ? '1' : longOf(occurrence);
  return `kql_indexof_regex_from(${textOf(text)}, ${regex}, ${longOf(start)}, ${count}, ${nth})`;
});

const extractJson = exact(
  ofFirst((path, [text], call) => {
    if (text === undefined) return call.invalid(`${call.name}() needs a text.`, 1);
    const extracted = `json_extract_string(CASE WHEN json_valid(${textOf(text)}) THEN ${textOf(text)} END, ${jsonPath(path, call)})`;
    return convert({ sql: `coalesce(${extracted}, '')`, type: 'string' }, call.type);
  }),
);

export const regexFunctions: ScalarTable = {
  extract,
  extract_all: extractAll,
  extractall: extractAll,
  replace_regex: replaceRegex,
  replace: replaceRegex,
  trim: trim(true, true),
  trim_start: trim(true, false),
  trim_end: trim(false, true),
  indexof_regex: indexOfRegex,
  regex_quote: typed(
    ['string'],
    (text) => `regexp_replace(${text}, '([\\\\^$.|?*+()\\[\\]{}])', '\\\\\\1', 'g')`,
  ),
  extractjson: extractJson,
  extract_json: extractJson,
};

/** DuckDB's JSON path, which wants `"` around keys in brackets to be a member. */
function jsonPath(path: SqlExpression, call: Call): string {
  if (typeof path.constant !== 'string')
    return call.unsupported(`${call.name}() with a path that is not constant.`, 0);
  return stringLiteral(path.constant.replace(/\[(['"])(.*?)\1\]/g, '."$2"'));
}
