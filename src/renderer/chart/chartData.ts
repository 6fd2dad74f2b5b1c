/** Which columns a chart draws, by Kusto's rules for `render`, and the points that they give. No DOM. */
import type { Render } from '../../kql/translation.ts';
import type { Column, WireValue } from '../../kql/types.ts';

export interface ChartTable {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly WireValue[])[];
  readonly render: Render;
}

export type Axis = 'time' | 'value' | 'category';

export interface Point {
  /** ISO text on a time axis, a number on a value axis, else the category's text. */
  readonly x: string | number;
  /** Null where the value is null or no number: a gap. */
  readonly y: number | null;
}

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface ChartData {
  readonly axis: Axis;
  readonly xName: string;
  readonly yNames: readonly string[];
  readonly series: readonly Series[];
}

const numericTypes = new Set(['int', 'long', 'real', 'decimal']);

/** Returns the chart's data, or undefined when no column can be drawn as y. `wantsCategories`: bars and slices. */
export function chartData(table: ChartTable, wantsCategories: boolean): ChartData | undefined {
  const { columns, rows, render } = table;
  const x = xColumn(table, wantsCategories);
  const ys = named(columns, render.properties['ycolumns']) ?? numericColumns(columns, x);
  const xDefinition = columns[x];
  if (!xDefinition || ys.length === 0) return undefined;
  const splits = named(columns, render.properties['series']) ?? splitColumns(columns, x, ys, render);
  const axis = wantsCategories ? 'category' : axisOf(xDefinition);
  const ordered = isOrdered(xDefinition, axis) ? sortedBy(rows, x) : rows;
  const series = new Map<string, Point[]>();
  for (const row of ordered) {
    const split = splits.map((index) => categoryText(row[index] ?? null)).join(' · ');
    for (const y of ys) {
      const name = seriesName(split, columns[y]?.name ?? '', ys.length > 1);
      const points = series.get(name) ?? [];
      series.set(name, points);
      points.push({ x: xValue(row[x] ?? null, axis), y: numberOf(row[y] ?? null) });
    }
  }
  return {
    axis,
    xName: xDefinition.name,
    yNames: ys.flatMap((index) => columns[index]?.name ?? []),
    series: [...series].map(([name, points]) => ({ name, points })),
  };
}

function xColumn({ columns, rows, render }: ChartTable, wantsCategories: boolean): number {
  const wanted = named(columns, render.properties['xcolumn'])?.[0];
  if (wanted !== undefined) return wanted;
  const time = columns.findIndex((column) => column.type === 'datetime');
  if (time < 0) return 0;
  const wantsTime = ['timechart', 'anomalychart'].includes(render.kind);
  // `by Kind, bin(Timestamp, 1h)`: bars of one kind would stand on top of one another.
  const isRepeated = wantsCategories && render.kind !== 'piechart' && repeats(rows, 0);
  return wantsTime || isRepeated ? time : 0;
}

function repeats(rows: ChartTable['rows'], column: number): boolean {
  return new Set(rows.map((row) => categoryText(row[column] ?? null))).size < rows.length;
}

/** Times have one order everywhere, numbers on an axis of their own; other categories stand as the query ordered them. */
function isOrdered({ type }: Column, axis: Axis): boolean {
  return type === 'datetime' || axis === 'value';
}

/** A line through rows that a query left unordered would run back and forth. */
function sortedBy(rows: ChartTable['rows'], x: number): ChartTable['rows'] {
  const place = (row: readonly WireValue[]): WireValue => row[x] ?? null;
  const compare = (a: WireValue, b: WireValue): number => {
    if (typeof a === 'string' && typeof b === 'string' && a.includes('T')) return a < b ? -1 : a > b ? 1 : 0;
    return (numberOf(a) ?? 0) - (numberOf(b) ?? 0);
  };
  return [...rows].sort((a, b) => compare(place(a), place(b)));
}

/** Returns the places of comma-separated column names; undefined when none is given or known. */
function named(columns: readonly Column[], list: string | undefined): number[] | undefined {
  if (list === undefined) return undefined;
  const places = list
    .split(',')
    .map((name) => columns.findIndex((column) => column.name === name.trim()))
    .filter((place) => place >= 0);
  return places.length > 0 ? places : undefined;
}

function numericColumns(columns: readonly Column[], x: number): number[] {
  return columns.flatMap((column, index) => (index !== x && numericTypes.has(column.type) ? [index] : []));
}

/** Text columns besides x split the rows into series, unless `render` itself says what x and y are. */
function splitColumns(
  columns: readonly Column[],
  x: number,
  ys: readonly number[],
  { properties }: Render,
): number[] {
  if (properties['xcolumn'] !== undefined && properties['ycolumns'] !== undefined) return [];
  return columns.flatMap((column, index) =>
    index !== x && !ys.includes(index) && ['string', 'bool', 'guid'].includes(column.type) ? [index] : [],
  );
}

function seriesName(split: string, yName: string, isSeveral: boolean): string {
  if (split === '') return yName;
  return isSeveral ? `${split}: ${yName}` : split;
}

function axisOf(column: Column): Axis {
  if (column.type === 'datetime') return 'time';
  return numericTypes.has(column.type) ? 'value' : 'category';
}

function xValue(value: WireValue, axis: Axis): string | number {
  if (axis === 'value') return numberOf(value) ?? NaN;
  // Date parsing stops at milliseconds; more digits are not dates everywhere.
  if (axis === 'time' && typeof value === 'string') return value.replace(/(\.\d{3})\d+Z$/, '$1Z');
  return categoryText(value);
}

function categoryText(value: WireValue): string {
  if (value === null || value === '') return '(empty)';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /^\d{4}-\d\d-\d\dT[\d:]{8}\.0{7}Z$/.test(text) ? text.slice(0, 19).replace('T', ' ') : text;
}

function numberOf(value: WireValue): number | null {
  const number = value === null || value === '' ? NaN : Number(value);
  return Number.isFinite(number) ? number : null;
}
