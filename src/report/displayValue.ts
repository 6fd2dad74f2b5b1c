/** Values of results as the text that a report shows. */
import type { Column, WireValue } from '../kql/types.ts';
import type { ResultHead } from '../notebook/finishedHunt.ts';
import type { Table, TableColumn } from './reportDocument.ts';

const numericTypes: ReadonlySet<string> = new Set(['int', 'long', 'real', 'decimal']);

/** A value's text: datetimes without zero fractions, dynamics as JSON, null as nothing. */
export function displayValue(value: WireValue, column: Column): string {
  if (value === null) return '';
  if (typeof value === 'string') {
    return column.type === 'datetime' ? shortInstant(value) : value;
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** `2025-05-07T12:37:46.3178130Z` as `2025-05-07 12:37:46.317813 UTC`; other text as it is. */
export function shortInstant(iso: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d*?)0*)?Z$/.exec(iso);
  if (!match) return iso;
  const [, date = '', time = '', fraction = ''] = match;
  return `${date} ${time}${fraction === '' ? '' : `.${fraction}`} UTC`;
}

/** `1234567` as `1,234,567`, the same on every machine. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 row`, `20 rows`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

/** Columns that say why a row is there; they stay when columns are cut. */
const explaining = /^(reasons?|evidence|notes?)$/i;

export interface TableLimits {
  readonly rows: number;
  readonly columns: number;
}

/** How many rows a result has: of one that a service cut, that there are more, and why. */
export function rowsOfResult({ totalRows, cut }: Pick<ResultHead, 'totalRows' | 'cut'>): string {
  return cut === undefined
    ? grouped(totalRows)
    : `${grouped(totalRows)} of at least ${grouped(cut.atLeastRows)}, limit ${cut.limit}`;
}

/**
 * A result's first rows as a table within limits. Columns that are empty in every shown row go first when there are too
 * many; whatever is cut is said in `cut`.
 */
export function tableOf(
  columns: readonly Column[],
  rows: readonly (readonly WireValue[])[],
  totalRows: number,
  limits: TableLimits,
): Table {
  const shown = rows.slice(0, limits.rows);
  const kept = keptColumns(columns, shown, limits.columns);
  const cuts = [
    ...(shown.length < totalRows ? [`${grouped(shown.length)} of ${counted(totalRows, 'row')}`] : []),
    ...(kept.length < columns.length ? [`${kept.length} of ${counted(columns.length, 'column')}`] : []),
  ];
  return {
    columns: kept.map(({ column }) => tableColumn(column)),
    rows: shown.map((row) => kept.map(({ column, index }) => displayValue(row[index] ?? null, column))),
    ...(cuts.length > 0 ? { cut: cuts.join(', ') } : {}),
  };
}

function tableColumn(column: Column): TableColumn {
  return { name: column.name, align: numericTypes.has(column.type) ? 'right' : 'left' };
}

function keptColumns(columns: readonly Column[], rows: readonly (readonly WireValue[])[], limit: number) {
  const all = columns.map((column, index) => ({ column, index }));
  if (all.length <= limit) return all;
  const filled = all.filter(({ index }) => rows.some((row) => (row[index] ?? '') !== ''));
  const candidates = filled.length > 0 ? filled : all;
  const reasons = candidates.filter(({ column }) => explaining.test(column.name)).slice(0, limit);
  const others = candidates.filter((candidate) => !reasons.includes(candidate));
  return [...others.slice(0, limit - reasons.length), ...reasons].sort(
    (one, other) => one.index - other.index,
  );
}
