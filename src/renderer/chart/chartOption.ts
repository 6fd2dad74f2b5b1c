/**
 * The chart of a `render` operator as one ECharts option object: the webview draws it, and the report draws the same
 * object to SVG in Node. Pure and without DOM.
 */
import type { EChartsOption, SeriesOption } from 'echarts';
import type { ChartData, ChartTable, Series } from './chartData.ts';
import { chartData } from './chartData.ts';

export interface ChartTheme {
  readonly foreground: string;
  readonly dim: string;
  readonly line: string;
  readonly palette: readonly string[];
  readonly fontFamily: string;
}

/** Rows that a chart draws at most. */
export const maxChartRows = 5000;
/** Series beyond this cannot be told apart and are left out, which the chart says. */
const maxSeries = 40;
/** Slices beyond this are one slice. */
const maxSlices = 20;

interface ChartKind {
  readonly draw: 'bar' | 'line' | 'scatter' | 'pie';
  readonly isHorizontal?: boolean;
  readonly isFilled?: boolean;
  readonly isStacked?: boolean;
}

/** Kusto's chart kinds that are drawn here; others show as a table. */
const kinds: Readonly<Record<string, ChartKind | undefined>> = {
  barchart: { draw: 'bar', isHorizontal: true },
  columnchart: { draw: 'bar' },
  linechart: { draw: 'line' },
  timechart: { draw: 'line' },
  anomalychart: { draw: 'line' },
  areachart: { draw: 'line', isFilled: true },
  stackedareachart: { draw: 'line', isFilled: true, isStacked: true },
  scatterchart: { draw: 'scatter' },
  piechart: { draw: 'pie' },
};

/** Colours for paper: the report's. */
export const lightTheme: ChartTheme = {
  foreground: '#1f2328',
  dim: '#57606a',
  line: '#d0d7de',
  palette: ['#0969da', '#cf222e', '#1a7f37', '#9a6700', '#8250df', '#bc4c00', '#1b7c83', '#bf3989'],
  fontFamily: 'system-ui, sans-serif',
};

/**
 * Returns the option object, or undefined when this kind is not drawn or no column can be (the table then stands
 * alone). Draws at most {@link maxChartRows} rows; `totalRows` lets the chart say so.
 */
export function chartOption(
  table: ChartTable,
  theme: ChartTheme,
  totalRows: number = table.rows.length,
): EChartsOption | undefined {
  const kind = Object.hasOwn(kinds, table.render.kind) ? kinds[table.render.kind] : undefined;
  if (!kind) return undefined;
  const rows = table.rows.slice(0, maxChartRows);
  const data = chartData({ ...table, rows }, kind.draw === 'bar' || kind.draw === 'pie');
  if (!data) return undefined;
  const notes = [
    rows.length < totalRows && `First ${rows.length} of ${totalRows} rows`,
    data.series.length > maxSeries && `First ${maxSeries} of ${data.series.length} series`,
  ].filter((note) => note !== false);
  const shown = { ...data, series: data.series.slice(0, maxSeries) };
  const title = table.render.properties['title'];
  const hasLegend =
    (shown.series.length > 1 || kind.draw === 'pie') && table.render.properties['legend'] !== 'hidden';
  return {
    animation: false,
    color: [...theme.palette],
    textStyle: { color: theme.foreground, fontFamily: theme.fontFamily },
    title: {
      text: title ?? '',
      subtext: notes.join(' · '),
      textStyle: { color: theme.foreground, fontSize: 13 },
      subtextStyle: { color: theme.dim },
      left: 'center',
      top: 0,
    },
    legend: {
      show: hasLegend,
      type: 'scroll',
      bottom: 0,
      textStyle: { color: theme.foreground },
      pageTextStyle: { color: theme.foreground },
    },
    // Drawn as chart text rather than HTML, so that names from logs cannot be markup.
    tooltip: { trigger: kind.draw === 'line' ? 'axis' : 'item', renderMode: 'richText', confine: true },
    ...(kind.draw === 'pie'
      ? { series: [pie(shown, theme)] }
      : cartesian(shown, kind, table, theme, {
          top: title || notes.length > 0 ? 52 : 24,
          bottom: hasLegend ? 56 : 36,
        })),
  };
}

function cartesian(
  data: ChartData,
  kind: ChartKind,
  { render: { properties } }: ChartTable,
  theme: ChartTheme,
  margins: { readonly top: number; readonly bottom: number },
): EChartsOption {
  const line = { lineStyle: { color: theme.line } };
  const label = { color: theme.dim, hideOverlap: true };
  const categories = [...new Set(data.series.flatMap(({ points }) => points.map(({ x }) => String(x))))];
  const xAxis = {
    type: data.axis === 'value' && properties['xaxis'] === 'log' ? ('log' as const) : data.axis,
    name: properties['xtitle'] ?? data.xName,
    nameLocation: 'middle' as const,
    nameGap: kind.isHorizontal ? 12 : 26,
    nameTextStyle: { color: theme.dim },
    axisLine: line,
    axisLabel: { ...label, overflow: 'truncate' as const, width: kind.isHorizontal ? 180 : 120 },
    splitLine: { show: false },
    ...(data.axis === 'category' ? { data: categories } : {}),
    ...(kind.isHorizontal ? { inverse: true, nameLocation: 'start' as const } : {}),
  };
  const yAxis = {
    type: properties['yaxis'] === 'log' ? ('log' as const) : ('value' as const),
    name: properties['ytitle'] ?? data.yNames.join(', '),
    nameTextStyle: { color: theme.dim, align: kind.isHorizontal ? ('right' as const) : ('left' as const) },
    axisLine: line,
    axisLabel: label,
    splitLine: line,
    ...bound('min', properties['ymin']),
    ...bound('max', properties['ymax']),
  };
  return {
    grid: { left: 12, right: 24, ...margins, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: kind.isHorizontal ? yAxis : xAxis,
    yAxis: kind.isHorizontal ? xAxis : yAxis,
    series: data.series.map((series) => cartesianSeries(series, kind, properties['kind'])),
  };
}

function bound(side: 'min' | 'max', text: string | undefined): Readonly<Record<string, number>> {
  const number = Number(text);
  return text === undefined || !Number.isFinite(number) ? {} : { [side]: number };
}

function cartesianSeries(series: Series, kind: ChartKind, stacking: string | undefined): SeriesOption {
  const isStacked = kind.isStacked === true || stacking === 'stacked' || stacking === 'stacked100';
  const shared = {
    name: series.name,
    data: series.points.map(({ x, y }) => (kind.isHorizontal ? [y, x] : [x, y])),
    ...(isStacked ? { stack: 'all' } : {}),
  };
  if (kind.draw === 'bar') return { type: 'bar', barMaxWidth: 36, ...shared };
  if (kind.draw === 'scatter') return { type: 'scatter', symbolSize: 7, ...shared };
  return {
    type: 'line',
    showSymbol: series.points.length < 60,
    ...(kind.isFilled ? { areaStyle: { opacity: 0.25 } } : {}),
    ...shared,
  };
}

function pie(data: ChartData, theme: ChartTheme): SeriesOption {
  const slices = data.series
    .flatMap(({ points }) => points)
    .map(({ x, y }) => ({ name: String(x), value: y ?? 0 }))
    .sort((a, b) => b.value - a.value);
  const rest = slices.slice(maxSlices).reduce((sum, { value }) => sum + value, 0);
  return {
    type: 'pie',
    radius: ['0%', '62%'],
    center: ['50%', '48%'],
    label: { color: theme.foreground, formatter: '{b}: {c} ({d}%)' },
    data: [
      ...slices.slice(0, maxSlices),
      ...(slices.length > maxSlices ? [{ name: '(others)', value: rest }] : []),
    ],
  };
}
