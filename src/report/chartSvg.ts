/** The chart of a result as one SVG element for the HTML report: no script, no style sheet, nothing loaded. */
import { BarChart, LineChart, PieChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Render } from '../kql/translation.ts';
import type { Column, WireValue } from '../kql/types.ts';
import { chartOption, lightTheme } from '../renderer/chart/chartOption.ts';
import { visibleText } from './visibleText.ts';

use([
  BarChart,
  LineChart,
  PieChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  TitleComponent,
  SVGRenderer,
]);

const size = { width: 900, height: 340 };

export interface ChartSource {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly WireValue[])[];
  readonly totalRows: number;
  readonly render: Render;
}

/**
 * Returns `<svg>...</svg>`, or undefined when the result cannot be drawn. Texts are escaped by the SVG renderer. `id`
 * starts the ids inside, which several charts of one page must not share.
 */
export function chartSvg({ columns, rows, totalRows, render }: ChartSource, id: string): string | undefined {
  const properties = Object.fromEntries(
    Object.entries(render.properties).map(([name, value]) => [name, visibleText(value)]),
  );
  const option = chartOption(
    { columns, rows: rows.map((row) => row.map(visible)), render: { ...render, properties } },
    lightTheme,
    totalRows,
  );
  if (option === undefined || rows.length === 0) return undefined;
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    // Paper has no pointer that could hover.
    const { tooltip: _tooltip, ...drawn } = option;
    chart.setOption(drawn);
    return withoutStyle(chart.renderToSVGString(), id);
  } finally {
    chart.dispose();
  }
}

function visible(value: WireValue): WireValue {
  return typeof value === 'string' ? visibleText(value) : value;
}

/**
 * The page's policy allows no style but the report's own, so fonts become attributes and rules for hovering go. The
 * renderer counts charts in its ids; the same hunt must give the same report. Quotes in texts are entities, so that no
 * text can look like an attribute here.
 */
function withoutStyle(svg: string, id: string): string {
  return svg
    .replaceAll(/<style\b[^>]*>[\s\S]*?<\/style>/g, '')
    .replaceAll(/ style="([^"]*)"/g, (_, style: string) => fontAttributes(style))
    .replaceAll(/ (?:class|ecmeta_\w+)="[^"]*"/g, '')
    .replaceAll(/(id="|url\(#|href="#)zr\d+-/g, (_, start: string) => `${start}${id}-`);
}

function fontAttributes(style: string): string {
  const kept = style
    .split(';')
    .map((declaration) => /^\s*(font-(?:size|family|weight))\s*:\s*(.+?)\s*$/.exec(declaration))
    .flatMap((match) => (match ? [` ${match[1] ?? ''}="${match[2] ?? ''}"`] : []));
  return kept.join('');
}
