/**
 * DuckDB's messages about data and resources, by pattern, and what each means to a hunter. Values of the data may be
 * quoted, shortened; names of SQL columns, functions, types and files may not.
 */
import type { KqlErrorKind } from '../../kql/errors.ts';

/** Code of a failure for want of memory, after which another plan may do. */
export const outOfMemory = 'out-of-memory';

export interface Failure {
  /** `runtime` where it is absent. */
  readonly kind?: KqlErrorKind;
  readonly code: string;
  readonly message: string;
}

interface Reading {
  readonly pattern: RegExp;
  readonly failure: (match: RegExpExecArray) => Failure;
}

/** Kusto's names of DuckDB's types. */
const typeNames: Readonly<Record<string, string>> = {
  BOOL: 'a bool',
  BOOLEAN: 'a bool',
  INT32: 'an int',
  INTEGER: 'an int',
  INT64: 'a long',
  BIGINT: 'a long',
  INT128: 'a whole number',
  HUGEINT: 'a whole number',
  DOUBLE: 'a real',
  FLOAT: 'a real',
  UUID: 'a guid',
  JSON: 'a dynamic value',
};

function typeName(sqlType: string): string {
  return sqlType.startsWith('DECIMAL') ? 'a decimal' : (typeNames[sqlType] ?? 'the type that is needed');
}

/** Most characters of a value that a message shows. */
const maxShown = 60;

function shown(value: string): string {
  return value.length <= maxShown ? value : `${value.slice(0, maxShown)}...`;
}

function plain(code: string, message: string): Reading['failure'] {
  return () => ({ code, message });
}

const tooLarge = plain('overflow', 'A number became too large for its type while the query ran.');
const badJson = plain('json', 'A text was read as JSON that is not JSON.');

/** Tried in order on the first line of DuckDB's message. */
export const failureReadings: readonly Reading[] = [
  {
    pattern: /^INTERRUPT Error/,
    failure: plain('stopped', 'The query was stopped.'),
  },
  {
    pattern: /No space left|max_temp_directory_size|failed to offload|^IO Error: Could not write/i,
    failure: plain(
      'disk-full',
      'The query spilled to disk and the disk is full. Free some space or narrow the query.',
    ),
  },
  {
    pattern: /^Out of Memory Error|could not allocate|failed to allocate|bad_alloc/i,
    failure: plain(
      outOfMemory,
      'The query needs more memory than the local engine may use. Sorts, joins, counts and distinct rows go to disk, ' +
        'but what make_list() and make_set() collect must fit: filter rows and drop columns before them, ' +
        'group by fewer columns, or raise the memory limit in the settings.',
    ),
  },
  {
    pattern: /LIMIT\/OFFSET cannot be negative/,
    failure: plain('negative-count', 'The number of rows to take cannot be negative.'),
  },
  {
    pattern: /Max(?:imum)? expression depth|stack overflow|recursion|call stack/i,
    failure: () => ({
      kind: 'unsupported',
      code: 'too-deep',
      message: 'The query is nested too deeply for the local engine. Split it with let statements.',
    }),
  },
  {
    pattern: /^FATAL Error|database has been invalidated/,
    failure: plain(
      'engine-stopped',
      'The local engine has stopped after an internal failure. Restart the session of this notebook.',
    ),
  },
  {
    pattern: /^Permission Error/,
    failure: plain(
      'no-file-access',
      'A query cannot read or write files. Bring the file in with a `load` step, then query its table.',
    ),
  },
  {
    pattern: /^(?:IO|HTTP|Connection) Error/,
    failure: plain(
      'file',
      'A file of the session could not be read or written. Restart the session and run again.',
    ),
  },
  {
    pattern: /pattern too large/i,
    failure: plain(
      'regex',
      'A regular expression is too large to be compiled. Split it, or shorten its lists and repetitions.',
    ),
  },
  {
    pattern:
      /^Invalid Input Error: ((?:missing [)\]]|unexpected \)|invalid repetition|bad repetition|no argument for repetition|invalid perl operator|bad perl operator|invalid escape|invalid character class|invalid named capture|invalid capture|trailing \\|invalid UTF-8|expression nests too deeply|duplicate capture|unexpected error).*)$/,
    failure: (match) => ({
      code: 'regex',
      message: `A regular expression is not valid: ${shown(match[1] ?? '')}. Lookaround and back-references do not exist in Kusto's expressions.`,
    }),
  },
  { pattern: /Malformed JSON|JSON path error|json_\w+|in JSON|JSON input/i, failure: badJson },
  {
    pattern: /^Conversion Error: Could not convert string '(.*)' to (\w+)/,
    failure: (match) => ({
      code: 'conversion',
      message: `The text '${shown(match[1] ?? '')}' cannot be read as ${typeName(match[2] ?? '')}.`,
    }),
  },
  {
    pattern: /^Conversion Error: .*(?:timestamp|date and time|date field|interval)/i,
    failure: plain('datetime-range', 'A datetime or timespan is outside the range that it can have.'),
  },
  {
    pattern: /as base64|hex digit/i,
    failure: plain('conversion', 'A text could not be decoded.'),
  },
  {
    pattern: /UTF-?8/i,
    failure: plain('encoding', 'Bytes were read as text that are not text in UTF-8.'),
  },
  {
    pattern: /^Out of Range Error: (cannot take (?:square root|logarithm|(?:log )?gamma) of [a-z ]+)/i,
    failure: (match) => ({ code: 'domain', message: `The query ${match[1] ?? ''}.` }),
  },
  {
    pattern: /^Out of Range Error: (?:\w+ )*(?:STDDEV|VAR|COVAR|CORR|REGR)/,
    failure: plain('overflow', 'A statistic became too large for a real while the query ran.'),
  },
  {
    pattern: /string of size|vector size|Lists larger|resize|Invalid (?:string|array) length/i,
    failure: plain('too-large', 'A text or an array became larger than the local engine can hold.'),
  },
  { pattern: /^Out of Range Error|out of range|Could not cast value .* to DECIMAL/i, failure: tooLarge },
  {
    pattern: /^Conversion Error/,
    failure: plain('conversion', 'A value could not be converted to the type that is needed.'),
  },
  {
    pattern: /More than one row returned by a subquery/,
    failure: plain('several-rows', 'A part of the query that must give one value gave several rows.'),
  },
  {
    pattern: /divi(?:de|sion) by zero/i,
    failure: plain('division', 'A number was divided by zero.'),
  },
];
