/** Common Event Format, bare or behind a syslog header, in the shape of Sentinel's `CommonSecurityLog`. */
import type { FileImport } from '../../engine/local/fileImport.ts';
import { fromText } from '../../engine/local/textConversion.ts';
import { stringLiteral } from '../../kql/sql/literal.ts';
import type { ScalarType } from '../../kql/types.ts';
import { columnsByKey, headerColumns, tableColumns } from '../cef/cefColumns.ts';
import { eventParts, headerText, keysOf, looksLikeCef, pairsOf, valuesOf } from '../cef/cefEvent.ts';
import { firstLines, most } from '../fileStart.ts';
import { isoTime, monthTime, timeSteps, writtenAt, type TimeText, yearNotice } from '../syslog/syslogTime.ts';
import { openText } from '../textFile.ts';
import { LogLines, openLogLines, type LineFormat } from './logLines.ts';
import type { Reader, SourceColumn } from './reader.ts';

export const cefReader: Reader = {
  format: 'cef',
  endings: ['.cef'],
  recognizes: ({ lines }) => most(lines, looksLikeCef),
  open: async (files, file) => {
    const text = await openText(files, file);
    const log = new LogLines(files, text);
    const written = await writtenAt(file.path);
    const notice = yearNotice(firstLines(text.head), file.shownPath, written);
    const format = formatOf(await keysIn(log), written);
    return openLogLines(files, log, format, () => [
      ...text.notices,
      ...(notice === undefined ? [] : [notice]),
    ]);
  },
};

type Row = Awaited<ReturnType<FileImport['execute']>>[number];

/** The keys that any event of the file has: what none has need not be looked for in each. */
async function keysIn(log: LogLines): Promise<string[]> {
  const keys = keysOf(pairsOf('extension'));
  const rows: readonly Row[] = await log.query(
    (from) => `SELECT DISTINCT unnest(${keys}) AS key
      FROM (SELECT (${eventParts}).ext AS extension FROM ${from} WHERE contains(raw, 'CEF:'))`,
  );
  return rows.map(({ key }) => String(key));
}

interface Filled {
  readonly type: ScalarType;
  /** SQL of the value, NULL where there is none or it does not fit the type. */
  readonly value: string;
}

function formatOf(keys: readonly string[], written: Date): LineFormat {
  const types = tableColumns();
  const known = keys.filter((key) => Object.hasOwn(columnsByKey, key)).sort();
  const times = known.filter((key) => timeKeys.includes(key));
  const ofExtension = known.flatMap((key) =>
    (columnsByKey[key] ?? []).map((name): [string, Filled] => {
      const type = types.get(name) ?? 'string';
      return [name, { type, value: type === 'datetime' ? timeOf(key) : typed(valueOf(key), type) }];
    }),
  );
  const time = ['rt', 'header', 'end', 'start'].filter((key) => key === 'header' || times.includes(key));
  const host = String.raw`regexp_extract(e.before, '(?:${monthTime}|${isoTime})(?: (?:UTC|GMT))?:? +(\S*[^\s:])', 1)`;
  const filled = new Map<string, Filled>([
    ['TimeGenerated', { type: 'datetime', value: `coalesce(${time.map(timeOf).join(', ')})` }],
    ['Computer', { type: 'string', value: host }],
    ...Object.entries(headerColumns).map(([name, part]): [string, Filled] => [
      name,
      { type: 'string', value: headerText(`e."${part}"`) },
    ]),
    ...ofExtension,
    ['AdditionalExtensions', { type: 'string', value: otherExtensions(known, types) }],
  ]);
  // A hunt may name any column of the table, whether or not this file fills it.
  const empty = [...types].filter(([name]) => !filled.has(name));
  const columns = [...filled].map(([name, { type }]) => columnOf(name, type));
  return {
    columns: [...columns, ...empty.map(([name, type]) => columnOf(name, type))],
    isRow: 'true',
    steps: [
      `${eventParts} AS e`,
      `${pairsOf('e.ext')} AS pairs`,
      `${keysOf('pairs')} AS keys, ${valuesOf('pairs')} AS vals`,
      ...timeSteps(
        [
          [timeOf('header'), `regexp_extract(e.before, '${monthTime}|${isoTime}')`],
          ...times.map((key): TimeText => [timeOf(key), valueOf(key)]),
        ],
        written,
      ),
    ],
    reason: `CASE WHEN e.mark <> '' THEN NULL
      WHEN regexp_matches(raw, 'CEF: ?\\d+[|]') THEN 'The CEF header has fewer than seven parts between its bars.'
      ELSE 'The line holds no CEF event: none begins with CEF:0|.' END`,
    values: [...[...filled.values()].map(({ value }) => value), ...empty.map(() => 'NULL')],
  };
}

function columnOf(name: string, type: ScalarType): SourceColumn {
  return { name, type, form: type === 'string' ? 'text' : 'physical' };
}

function valueOf(key: string): string {
  return `vals[list_position(keys, ${stringLiteral(key)})]`;
}

/** Keys with the time of an event; the time of its header is called `header`. */
const timeKeys = ['rt', 'end', 'start'];

/** The column with the ticks of a time. */
function timeOf(key: string): string {
  return `time_${key}`;
}

function typed(text: string, type: ScalarType): string {
  return type === 'string' ? text : fromText(text, type);
}

/**
 * SQL of `key=value` pairs, as Sentinel writes them, for what has no column: keys that Microsoft does not map, a key's
 * second value, a value that does not fit its column, and text before the first key.
 */
function otherExtensions(known: readonly string[], types: ReadonlyMap<string, ScalarType>): string {
  const unfit = known.flatMap((key) => {
    const columns = (columnsByKey[key] ?? []).map((name) => types.get(name) ?? 'string');
    if (columns.includes('string')) return [];
    const [value, test] = columns.includes('datetime')
      ? [valueOf(key), [timeOf(key)]]
      : [valueOf(key), columns.map((type) => typed(valueOf(key), type))];
    const isUnfit = `${value} <> '' AND coalesce(${test.map((fit) => `(${fit})::VARCHAR`).join(', ')}) IS NULL`;
    return [`CASE WHEN ${isUnfit} THEN ${stringLiteral(`${key}=`)} || ${value} END`];
  });
  const isKnown = known.length === 0 ? 'false' : `x[1] IN (${known.map(stringLiteral).join(', ')})`;
  const unmapped = `list_transform(list_filter(list_zip(keys, vals), lambda x: NOT ${isKnown}), lambda x: x[1] || '=' || x[2])`;
  // Only where a key stands twice: DuckDB copies each list that a lambda reads from outside for every element.
  const again = `CASE WHEN list_unique(keys) < len(keys) THEN list_transform(
    list_filter(range(1, len(keys) + 1), lambda i: ${isKnown.replaceAll('x[1]', 'keys[i]')} AND list_position(keys, keys[i]) <> i),
    lambda i: keys[i] || '=' || vals[i]) END`;
  const before = `nullif(trim(pairs[1]), '')`;
  return `concat_ws(';', ${[before, `nullif(array_to_string(${unmapped}, ';'), '')`, `array_to_string(${again}, ';')`, ...unfit].join(', ')})`;
}
