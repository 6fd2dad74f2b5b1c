/** String functions that need no regular expression. */
import type { SqlExpression } from '../expression.ts';
import { stringLiteral } from '../sql/literal.ts';
import { jsonOf, textOf } from './convert.ts';
import { exact, ofFirst, sqlFunction, typed } from './entry.ts';
import type { ScalarTable } from './entry.ts';
import { constantPattern } from './patterns.ts';

function concatenated(args: readonly SqlExpression[], delimiter = "''"): string {
  const texts = args.map(textOf);
  if (texts.length === 0) return "''";
  return delimiter === "''" ? `(${texts.join(' || ')})` : `concat_ws(${[delimiter, ...texts].join(', ')})`;
}

/** Negative starts count from the end. */
function substring(text: string, start: string, length = '2147483647'): string {
  return `kql_substring(${text}, ${start}, ${length})`;
}

/** Occurrences of a constant that cannot overlap itself are counted by what its removal takes away. */
const countOf = exact(
  ofFirst((text, [search, kind], call) => {
    if (search === undefined) return call.invalid('countof() needs a search text.', 1);
    const subject = textOf(text);
    if (kind?.constant === 'regex') {
      return `CAST(len(regexp_extract_all(${subject}, ${constantPattern(search, call, 1)})) AS BIGINT)`;
    }
    if (typeof search.constant === 'string' && search.constant !== '' && !overlapsItself(search.constant)) {
      const removed = `length(replace(${subject}, ${stringLiteral(search.constant)}, ''))`;
      return `CAST((length(${subject}) - ${removed}) // ${Array.from(search.constant).length} AS BIGINT)`;
    }
    return `kql_countof(${subject}, ${textOf(search)})`;
  }),
);

function overlapsItself(text: string): boolean {
  return Array.from({ length: text.length - 1 }, (_, index) => index + 1).some((size) =>
    text.endsWith(text.slice(0, size)),
  );
}

const isEmpty = (value: SqlExpression): string => {
  if (value.type === 'string') return `(${value.sql} = '')`;
  return value.type === 'dynamic' ? `(coalesce(${value.sql} ->> '$', '') = '')` : `(${value.sql} IS NULL)`;
};

/** A string is never null. */
const isNull = (value: SqlExpression): string =>
  value.type === 'string' ? 'false' : `(${value.sql} IS NULL)`;

const isEmptyEntry = exact(ofFirst((value) => isEmpty(value)));
const isNotEmptyEntry = exact(ofFirst((value) => `(NOT ${isEmpty(value)})`));

const toUtf8 = (text: string): string => `kql_codepoints(${text})`;
const fromCodepoints = exact((args) => {
  const lists = args.map((arg) =>
    arg.type === 'dynamic' ? `coalesce(kql_texts(${arg.sql}), [])` : `[${textOf(arg)}]`,
  );
  return `kql_text_of_codepoints(${lists.length === 1 ? (lists[0] ?? '[]') : `list_concat(${lists.join(', ')})`})`;
});

export const stringFunctions: ScalarTable = {
  strcat: exact((args) => concatenated(args)),
  strcat_delim: exact(ofFirst((delimiter, rest) => concatenated(rest, textOf(delimiter)))),
  strlen: typed(['string'], (text) => `length(${text})`),
  string_size: typed(['string'], (text) => `strlen(${text})`),
  tolower: sqlFunction('lower', ['string']),
  toupper: sqlFunction('upper', ['string']),
  reverse: sqlFunction('reverse', ['string']),
  substring: typed(['string', 'long'], substring),
  strrep: exact(
    ofFirst((value, [times, delimiter], call) => {
      if (times === undefined) return call.invalid('strrep() needs a number of repetitions.', 1);
      const count = `CAST(greatest(0, least(1024, ${times.sql})) AS INTEGER)`;
      if (delimiter === undefined) return `repeat(${textOf(value)}, ${count})`;
      return `array_to_string(list_transform(range(${count}), lambda i: ${textOf(value)}), ${textOf(delimiter)})`;
    }),
  ),
  strcmp: typed(['string'], (a, b) => `CASE WHEN ${a} < ${b} THEN -1 WHEN ${a} > ${b} THEN 1 ELSE 0 END`),
  indexof: typed(['string', 'string', 'long'], (text, search, start = '', length = '-1', occurrence = '') => {
    if (start === '') return `(strpos(${text}, ${search}) - 1)`;
    return occurrence === ''
      ? `kql_indexof(${text}, ${search}, ${start}, ${length})`
      : `kql_indexof_occurrence(${text}, ${search}, ${start}, ${length}, ${occurrence})`;
  }),
  split: exact(
    ofFirst((text, [delimiter, index], call) => {
      if (delimiter === undefined) return call.invalid('split() needs a delimiter.', 1);
      const parts = `kql_split(${textOf(text)}, ${textOf(delimiter)})`;
      if (index === undefined) return `to_json(${parts})`;
      return `kql_only_element(${parts}, ${index.sql})`;
    }),
  ),
  replace_string: typed(['string'], (text, search, rewrite) => `replace(${text}, ${search}, ${rewrite})`),
  replace_strings: exact(
    ofFirst((text, [searches, rewrites], call) => {
      if (searches === undefined || rewrites === undefined)
        return call.invalid('replace_strings() needs two arrays.');
      return `coalesce(kql_replace_strings(${textOf(text)}, CAST(${jsonOf(searches)} AS VARCHAR), CAST(${jsonOf(rewrites)} AS VARCHAR)), '')`;
    }),
  ),
  translate: typed(['string'], (from, to, text) => `kql_translate(${from}, ${to}, ${text})`),
  countof: countOf,
  isempty: isEmptyEntry,
  isnotempty: isNotEmptyEntry,
  notempty: isNotEmptyEntry,
  isnull: exact(ofFirst((value) => isNull(value))),
  isnotnull: exact(ofFirst((value) => `(NOT ${isNull(value)})`)),
  notnull: exact(ofFirst((value) => `(NOT ${isNull(value)})`)),
  isascii: typed(['string'], (text) => `(strlen(${text}) = length(${text}))`),
  isutf8: typed(['string'], (text) => `(${text} IS NOT NULL)`),
  has_any_index: exact(
    ofFirst((text, [terms], call) => {
      if (terms === undefined) return call.invalid('has_any_index() needs an array.', 1);
      return `kql_has_any_index(lower(${textOf(text)}), ${terms.type === 'dynamic' ? `kql_texts(${terms.sql})` : `[${textOf(terms)}]`})`;
    }),
  ),
  unicode_codepoints_from_string: typed(['string'], toUtf8),
  to_utf8: typed(['string'], toUtf8),
  unicode_codepoints_to_string: fromCodepoints,
  make_string: fromCodepoints,
};
