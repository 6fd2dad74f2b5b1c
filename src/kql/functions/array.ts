/** Arrays: a dynamic becomes a SQL list of JSON elements, and back. */
import type { ScalarTranslator, SqlExpression } from '../expression.ts';
import { convert, jsonOf, jsonOrNullOf, longOf, realOf, textOf } from './convert.ts';
import { jsonFunction } from './dynamic.ts';
import { exact, ofFirst } from './entry.ts';
import type { ScalarEntry, ScalarTable } from './entry.ts';

/** SQL list of an array's elements; null for anything else. */
export function elements(array: SqlExpression): string {
  return `kql_elements(${jsonOf(array)})`;
}

/** A function of an array and further numbers or values. */
function ofArray(build: (list: string, rest: readonly SqlExpression[]) => string): ScalarEntry {
  return exact(ofFirst((array, rest) => build(elements(array), rest)));
}

/** One array alone is SQL; several, of which the first decides the order of all, are one array of arrays. */
function sorted(direction: 'asc' | 'desc'): ScalarEntry {
  return exact(
    ofFirst((array, rest, call) => {
      const last = rest.at(-1);
      const nullsLast = last?.type === 'bool' ? last : undefined;
      const others = nullsLast === undefined ? rest : rest.slice(0, -1);
      const isLast = nullsLast?.sql ?? 'true';
      if (others.length === 0) return `kql_sort_${direction}(${elements(array)}, ${isLast})`;
      if (others.some(({ type }) => type !== 'dynamic')) {
        return call.invalid(`${call.name}() takes arrays, then whether nulls come last.`, 1);
      }
      const arrays = `json_array(${[array, ...others].map(jsonOrNullOf).join(', ')})`;
      return `CAST(kql_sort_together(CAST(${arrays} AS VARCHAR), '"${direction}"', CAST(${isLast} AS VARCHAR)) AS JSON)`;
    }),
  );
}

const indexOf: ScalarTranslator = ofFirst((array, [value, start, length, occurrence], call) => {
  if (value === undefined) return call.invalid('array_index_of() needs a value.', 1);
  const isNumber = value.type === 'int' || value.type === 'long' || value.type === 'real';
  const list = isNumber ? `kql_numbers(${jsonOf(array)})` : `kql_texts(${jsonOf(array)})`;
  const searched = isNumber ? realOf(value) : textOf(value);
  if (start === undefined) return `CAST(coalesce(list_position(${list}, ${searched}), 0) - 1 AS BIGINT)`;
  return `kql_array_index_of(${list}, ${searched}, ${longOf(start)}, ${length ? longOf(length) : '-1'}, ${occurrence ? longOf(occurrence) : '1'})`;
});

function rotate(sign: '' | '-'): ScalarEntry {
  return ofArray((list, [count]) => `kql_rotate(${list}, ${sign}(${count ? longOf(count) : '0'}))`);
}

function shift(sign: '' | '-'): ScalarEntry {
  return ofArray(
    (list, [count, fill]) =>
      `kql_shift(${list}, ${sign}(${count ? longOf(count) : '0'}), ${fill ? jsonOrNullOf(fill) : "'null'::JSON"})`,
  );
}

/** `range(start, stop[, step])` as an array, of at most 1,048,576 elements. */
const range: ScalarTranslator = ([start, stop, step], call) => {
  if (start === undefined || stop === undefined) return call.invalid('range() needs a start and an end.');
  const isReal = [start, stop, step].some((arg) => arg?.type === 'real');
  if (isReal) {
    return `kql_range_real(${realOf(start)}, ${realOf(stop)}, ${step ? realOf(step) : '1.0'})`;
  }
  if (start.type === 'datetime' || start.type === 'timespan') {
    const format = start.type === 'datetime' ? 'kql_format_datetime' : 'kql_format_timespan';
    const by = step ? convert(step, 'timespan') : start.type === 'datetime' ? '864000000000' : '36000000000';
    return `to_json(list_transform(kql_range(${start.sql}, ${convert(stop, start.type)}, ${by}), lambda t: ${format}(t)))`;
  }
  return `to_json(kql_range(${longOf(start)}, ${longOf(stop)}, ${step ? longOf(step) : '1'}))`;
};

const arrayLength = exact(ofFirst((array) => `kql_array_length(${jsonOf(array)})`));

const join = exact(
  ofFirst((array, [delimiter]) => `kql_join(${jsonOf(array)}, ${delimiter ? textOf(delimiter) : "''"})`),
);

export const arrayFunctions: ScalarTable = {
  pack_array: exact((args) => `json_array(${args.map(jsonOrNullOf).join(', ')})`),
  array_length: arrayLength,
  arraylength: arrayLength,
  array_concat: exact((args) => `kql_array_concat([${args.map(elements).join(', ')}])`),
  array_slice: ofArray(
    (list, [start, end]) => `kql_slice(${list}, ${start ? longOf(start) : '0'}, ${end ? longOf(end) : '-1'})`,
  ),
  array_reverse: ofArray((list) => `to_json(list_reverse(${list}))`),
  array_sort_asc: sorted('asc'),
  array_sort_desc: sorted('desc'),
  array_sum: exact(ofFirst((array) => `list_sum(kql_numbers(${jsonOf(array)}))`)),
  array_index_of: exact(indexOf),
  array_rotate_left: rotate(''),
  array_rotate_right: rotate('-'),
  array_shift_left: shift(''),
  array_shift_right: shift('-'),
  array_split: jsonFunction('kql_array_split'),
  array_iff: jsonFunction('kql_array_iff'),
  array_iif: jsonFunction('kql_array_iff'),
  zip: exact(
    (args) => `CAST(kql_zip(CAST(json_array(${args.map(jsonOrNullOf).join(', ')}) AS VARCHAR)) AS JSON)`,
  ),
  repeat: exact(
    ofFirst(
      (value, [count]) =>
        `to_json(list_transform(range(least(1048576, ${count ? longOf(count) : '0'})), lambda i: ${jsonOrNullOf(value)}))`,
    ),
  ),
  range: exact(range),
  strcat_array: join,
  array_strcat: join,
};
