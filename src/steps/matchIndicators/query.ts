/** The KQL of `match-indicators`. */
import { kqlName, kqlString, kqlStrings } from '../../kql/kqlText.ts';
import type { Listed, Shape } from './indicatorList.ts';
import { hostKeys, tokenPattern } from './keys.ts';
import type { Key } from './keys.ts';
import type { SearchedColumn } from './searchedColumns.ts';

export interface SearchedTable {
  readonly name: string;
  readonly time: string | undefined;
  readonly device: string | undefined;
  readonly columns: readonly [SearchedColumn, ...SearchedColumn[]];
}

export interface MatchQuery {
  readonly tables: readonly [SearchedTable, ...SearchedTable[]];
  readonly shape: Shape;
  /** The indicators, or the table that holds them. */
  readonly list: { readonly rows: readonly Listed[] } | { readonly table: string };
}

/** Columns of the table of indicators; see {@link Listed}. */
export const listColumns = [
  { name: 'Indicator', type: 'string' },
  { name: 'Type', type: 'string' },
  { name: 'Key', type: 'string' },
  { name: 'Source', type: 'string' },
  { name: 'Note', type: 'string' },
] as const;

export const listRow = ({ value, type, key, source, note }: Listed): readonly string[] => [
  value,
  type,
  key,
  source,
  note,
];

/** Columns by which a table is known to be a result of this step, which is not searched for itself. */
export const resultColumns = ['Indicator', 'Type', 'Source', 'Table', 'Column', 'Row'] as const;

/** A complete KQL query with one row an indicator and place where it was seen. */
export function matchQuery(query: MatchQuery): string {
  const { tables, shape } = query;
  return lines(
    `// What to look for; Key is how a value of a log is compared with it.`,
    `let _Indicators = ${indicators(query)};`,
    `let _Keys = _Indicators | project Key;`,
    `let _Hashes = _Indicators | where Type in ${kqlStrings(hashTypes)} | project Key;`,
    `let _Hosts = _Indicators | where Type !in ${kqlStrings(hashTypes)} | project Key;`,
    ...tables.map((table, index) => `let _Table${index} = ${search(table, shape)};`),
    `union ${tables.map((_table, index) => `_Table${index}`).join(', ')}`,
    `| sort by Timestamp asc, Table asc, Indicator asc, Column asc`,
  );
}

const hashTypes = ['md5', 'sha1', 'sha256', 'sha512'] as const;

const hasHosts = ({ types }: Shape): boolean =>
  [...types].some((type) => !hashTypes.some((hash) => hash === type));

function indicators({ list }: MatchQuery): string {
  if ('table' in list) {
    return `${kqlName(list.table)}\n| project ${listColumns.map(({ name }) => name).join(', ')}`;
  }
  const declared = listColumns.map(({ name, type }) => `${name}: ${type}`).join(', ');
  const rows = list.rows.map((row) => `    ${listRow(row).map(kqlString).join(', ')}`);
  return `datatable(${declared}) [\n${rows.join(',\n')}\n]`;
}

/**
 * Reads the table once: a row stays when a value in it is an indicator, or a text in it could hold one. Only rows that stay
 * are taken apart.
 */
function search({ name, time, device, columns }: SearchedTable, shape: Shape): string {
  const pattern = tokenPattern(shape);
  const tests = columns.flatMap((column) => testsOf(column, shape, pattern));
  const candidates = columns.map((column) => candidate(column, pattern));
  return lines(
    kqlName(name),
    `| where ${tests.length === 0 ? 'false' : tests.join('\n    or ')}`,
    `| serialize _Row = pack_all(), _Number = row_number(), _Candidates = pack_array(${candidates.join(',\n    ')})`,
    `| project Timestamp = ${time === undefined ? 'datetime(null)' : kqlName(time)}, DeviceName = ${device === undefined ? '""' : `tostring(${kqlName(device)})`}, _Row, _Number, _Candidates`,
    `| mv-expand _Candidate = _Candidates`,
    `| extend Column = tostring(_Candidate[0])`,
    `| mv-expand Value = _Candidate[1] to typeof(string)`,
    // A URL in a sentence ends before the sentence's own punctuation.
    `| extend Value = trim_end(@"[.,;)\\]}]+", Value)`,
    `| where isnotempty(Value)`,
    `| mv-expand _Key = pack_array(${hostKeys('Value', shape).map(packed).join(', ')})`,
    `| extend Key = tostring(_Key[0]), IsPart = tobool(_Key[1])`,
    `| where isnotempty(Key)`,
    `| join kind=inner _Indicators on Key`,
    `| where not(IsPart) or Type in ("domain", "ipv4", "ipv6", "cidr")`,
    `| summarize Value = min(Value), _Row = take_any(_Row), Rows = count_distinct(_Number) by Indicator, Type, Source, Note, Column, Timestamp, DeviceName, _Text = tostring(_Row)`,
    `| project Indicator, Type, Source, Table = ${kqlString(name)}, Column, Timestamp, DeviceName, Value, Rows, Note, Row = _Row`,
  );
}

const packed = ({ kql, isPart }: Key): string => `pack_array(${kql}, ${isPart})`;

const textOf = ({ name, type }: SearchedColumn): string =>
  type === 'string' ? kqlName(name) : `tostring(${kqlName(name)})`;

function testsOf(column: SearchedColumn, shape: Shape, pattern: string): readonly string[] {
  const text = textOf(column);
  switch (column.reading) {
    case 'hash':
      return hashTypes.some((type) => shape.types.has(type)) ? [`tolower(${text}) in (_Hashes)`] : [];
    case 'value':
      return [`tolower(${text}) in (_Keys)`];
    case 'host':
      return hasHosts(shape) ? hostKeys(text, shape).map(({ kql }) => `${kql} in (_Hosts)`) : [];
    case 'text':
      return [`${text} matches regex ${kqlString(pattern)}`];
  }
}

/** `[column, [value, ...]]` for each column. */
function candidate(column: SearchedColumn, pattern: string): string {
  const text = textOf(column);
  const values =
    column.reading === 'text' ? `extract_all(${kqlString(pattern)}, ${text})` : `pack_array(${text})`;
  return `pack_array(${kqlString(column.name)}, ${values})`;
}

function lines(...parts: readonly string[]): string {
  return parts.join('\n');
}
