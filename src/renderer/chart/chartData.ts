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
  const x = xColumn(columns, render);
  const ys = named(columns, render.properties['ycolumns']) ?? numericColumns(columns, x);
  const xDefinition = columns[x];
  if (!xDefinition || ys.length === 0) return undefined;
  const splits = named(columns, render.properties['series']) ?? splitColumns(columns, x, ys);
  const axis = wantsCategories ? 'category' : axisOf(xDefinition);
  const series = new Map<string, Point[]>();
  for (const row of rows) {
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

function xColumn(columns: readonly Column[], render: Render): number {
  const wanted = named(columns, render.properties['xcolumn'])?.[0];
  if (wanted !== undefined) return wanted;
  const time = columns.findIndex((column) => column.type === 'datetime');
  const wantsTime = ['timechart', 'anomalychart'].includes(render.kind);
  return wantsTime && time >= 0 ? time : 0;
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

/** Text columns besides x split the rows into series. */
function splitColumns(columns: readonly Column[], x: number, ys: readonly number[]): number[] {
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
