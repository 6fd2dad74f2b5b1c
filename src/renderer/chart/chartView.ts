/** A chart in the output, drawn as SVG in the theme's colours. */
import { BarChart, LineChart, PieChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent, TooltipComponent } from 'echarts/components';
import type { EChartsType } from 'echarts/core';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Page, PageRequest } from '../../engine/result.ts';
import type { WireValue } from '../../kql/types.ts';
import { element } from '../dom.ts';
import type { ResultOutput } from '../protocol.ts';
import type { ChartTheme } from './chartOption.ts';
import { chartOption, lightTheme, maxChartRows } from './chartOption.ts';

use([
  BarChart,
  LineChart,
  PieChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  TitleComponent,
  TooltipComponent,
  SVGRenderer,
]);

const paletteVariables = ['blue', 'red', 'green', 'orange', 'purple', 'yellow'].map(
  (colour) => `--vscode-charts-${colour}`,
);

/** Whether the result asks for a chart that can be drawn. */
export function hasChart(result: ResultOutput): boolean {
  return (
    result.render !== undefined &&
    result.firstRows.length > 0 &&
    chartOption({ ...result, rows: result.firstRows, render: result.render }, lightTheme) !== undefined
  );
}

export class ChartView {
  readonly element = element('div', { class: 'hunt-chart', attributes: { role: 'img' } });
  #chart: EChartsType | undefined;
  #rows: readonly (readonly WireValue[])[];
  readonly #resizeObserver = new ResizeObserver(() => this.#chart?.resize());
  /** VS Code marks the theme on the body; a change redraws in the new colours. */
  readonly #themeObserver = new MutationObserver(() => this.#draw());

  constructor(
    private readonly result: ResultOutput,
    private readonly fetchPage: (request: PageRequest) => Promise<Page>,
  ) {
    this.#rows = result.firstRows;
    this.element.setAttribute(
      'aria-label',
      `Chart: ${result.render?.properties['title'] ?? result.render?.kind ?? ''}`,
    );
  }

  /** Draws what came with the output, then all rows that a chart takes. */
  async start(): Promise<void> {
    if (this.#chart) return;
    this.#chart = init(this.element, null, {
      renderer: 'svg',
      ...(this.element.clientWidth === 0 ? { width: 800, height: 320 } : {}),
    });
    this.#resizeObserver.observe(this.element);
    this.#themeObserver.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    this.#draw();
    if (this.#rows.length >= Math.min(this.result.rowCount, maxChartRows)) return;
    try {
      this.#rows = (await this.fetchPage({ offset: 0, limit: maxChartRows })).rows;
      this.#draw();
    } catch {
      // The chart of the first rows stands, and says how many they are.
    }
  }

  /** Returns the texts that the chart shows. */
  text(): string {
    return [...this.element.querySelectorAll('svg text')].map((text) => text.textContent).join('\n');
  }

  dispose(): void {
    this.#resizeObserver.disconnect();
    this.#themeObserver.disconnect();
    this.#chart?.dispose();
    this.#chart = undefined;
  }

  #draw(): void {
    const { columns, render, rowCount } = this.result;
    if (!render || !this.#chart) return;
    const option = chartOption({ columns, rows: this.#rows, render }, themeOf(this.element), rowCount);
    if (option) this.#chart.setOption(option, { notMerge: true });
  }
}

/** Themes borrow some chart colours from see-through marks (`#rrggbbaa`); a line of one can hardly be seen. */
function opaque(colour: string): string {
  return /^#[\da-f]{8}$/i.test(colour) ? colour.slice(0, 7) : colour;
}

function themeOf(target: Element): ChartTheme {
  const style = getComputedStyle(target);
  const colour = (name: string, otherwise: string) => style.getPropertyValue(name).trim() || otherwise;
  const palette = paletteVariables.map((name) => opaque(style.getPropertyValue(name).trim())).filter(Boolean);
  const foreground = colour('--vscode-foreground', lightTheme.foreground);
  return {
    foreground,
    dim: colour('--vscode-descriptionForeground', foreground),
    line: colour('--vscode-editorWidget-border', colour('--vscode-contrastBorder', lightTheme.line)),
    palette: palette.length > 0 ? palette : lightTheme.palette,
    fontFamily: style.fontFamily,
  };
}
