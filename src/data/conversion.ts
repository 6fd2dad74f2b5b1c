/** A source column's value as the physical value of the table's column. */
import { fromText } from '../engine/local/textConversion.ts';
import { nullLiteral, sqlTypes } from '../kql/sql/literal.ts';
import { unixEpochTicks } from '../kql/time/ticks.ts';
import type { ScalarType } from '../kql/types.ts';
import { looksAs } from './columnTypes.ts';
import type { ColumnGuess } from './inferTypes.ts';
import type { SourceColumn } from './readers/reader.ts';

export interface Conversion {
  /** SQL of the physical value; NULL (or empty text) where there is none or it does not convert. */
  readonly value: string;
  /** SQL of the value as text. */
  readonly text: string;
  /** SQL that is true where there is a value and it does not convert; absent where all values convert. */
  readonly isBad?: string;
}

/** Returns the SQL that takes `column` of a source to `type`. */
export function conversion(column: string, source: SourceColumn, type: ScalarType): Conversion {
  const text = textOf(column, source);
  if (type === 'string') return { value: `coalesce(${text}, '')`, text };
  if (type === 'dynamic') return { value: dynamicOf(column, source), text };
  if (source.form === 'physical' && source.type === type)
    return { value: `${column}::${sqlTypes[type]}`, text };
  const isThere = `(${text} IS NOT NULL AND ${text} <> '')`;
  const converted = `(${fromText(text, type)})`;
  return {
    value: `CASE WHEN ${isThere} THEN ${converted} END`,
    text,
    isBad: `(${isThere} AND ${converted} IS NULL)`,
  };
}

/** Returns the conversion's value, or a failure where a value does not convert. */
export function strictValue({ value, text, isBad }: Conversion): string {
  if (isBad === undefined) return value;
  return `CASE WHEN ${text} IS NULL OR ${text} = '' THEN NULL ELSE coalesce(${value}, ${misfit}) END`;
}

/** A failure, in SQL: the reading stops and is done another way. */
const misfit = "error('a value does not fit its column')";

/**
 * Returns the value of a column of which the first rows showed the guess, or a failure where a value would have shown
 * another: what is read so is what all rows together would have given.
 */
export function guessedValue(
  column: string,
  source: SourceColumn,
  type: ScalarType,
  guess: ColumnGuess,
): string {
  const converted = conversion(column, source, type);
  switch (guess) {
    case 'given':
      return strictValue(converted);
    case 'string':
      return converted.value;
    case 'none':
      return `CASE WHEN ${column} <> '' THEN ${misfit} ELSE ${type === 'string' ? "''" : 'NULL'} END`;
    case 'bool':
    case 'long':
    case 'real':
    case 'datetime': {
      const value = type === guess ? fromText(column, type) : converted.value;
      const usual = type === 'datetime' ? usualTime(column) : '';
      const fits = `CASE ${usual} WHEN ${looksAs(column, guess)} THEN ${value} END`;
      return `CASE WHEN ${column} IS NULL OR ${column} = '' THEN ${type === 'string' ? "''" : 'NULL'} ELSE coalesce(${fits}, ${misfit}) END`;
    }
  }
}

/**
 * The branch of a CASE for datetimes as most logs write them, in UTC to the second or beyond milliseconds: four times as
 * fast as the general reading, with the same result.
 */
function usualTime(column: string): string {
  const isUsual = ['____-__-__T__:__:__.___%Z', '____-__-__T__:__:__Z'].map(
    (form) => `${column} LIKE '${form}'`,
  );
  const seventhDigit = `CASE WHEN strlen(${column}) > 27 AND ${column}[27] BETWEEN '0' AND '9' THEN ${column}[27]::BIGINT ELSE 0 END`;
  return `WHEN ${isUsual.join(' OR ')}
    THEN epoch_us(TRY_CAST(${column} AS TIMESTAMPTZ)) * 10 + ${unixEpochTicks} + ${seventhDigit}`;
}

/** Returns the value of a column that a source does not have. */
export function absentValue(type: ScalarType): string {
  return nullLiteral(type);
}

function textOf(column: string, { form, type }: SourceColumn): string {
  if (form === 'text') return column;
  if (form === 'json') return `(${column} ->> '$')`;
  if (type === 'datetime') {
    return `(strftime(make_timestamp((${column} - ${unixEpochTicks}) // 10), '%Y-%m-%dT%H:%M:%S.%f') || ${column} % 10 || 'Z')`;
  }
  return `${column}::VARCHAR`;
}

/** Text that holds a JSON object or array is that object or array: exports write dynamic columns so. */
function dynamicOf(column: string, source: SourceColumn): string {
  if (source.form === 'physical') return source.type === 'dynamic' ? column : `to_json(${column})`;
  const text = textOf(column, source);
  const isNested = `regexp_matches(${text}, '^\\s*[\\[{]') AND json_valid(${text})`;
  const otherwise = source.form === 'json' ? column : fromText(column, 'dynamic');
  return `CASE WHEN ${text} IS NULL OR ${text} = '' THEN NULL WHEN ${isNested} THEN ${text}::JSON ELSE ${otherwise} END`;
}
