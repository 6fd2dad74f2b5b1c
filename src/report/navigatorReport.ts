/** The techniques of a hunt as a layer for the ATT&CK Navigator. */
import { markOf, marks } from '../attack/matrix.ts';
import { navigatorLayer } from '../attack/navigatorLayer.ts';
import { resolveTechnique } from '../attack/resolve.ts';
import type { ReportDocument, TechniqueRow } from './reportDocument.ts';
import { visibleText } from './visibleText.ts';

/** Returns the layer as JSON. Each technique once, under the id in force; the surest of its rows gives colour and score. */
export function navigatorReport({ title, subtitle, techniques }: ReportDocument): string {
  const byId = new Map<string, TechniqueRow[]>();
  for (const row of techniques) {
    const resolution = resolveTechnique(row.id);
    if (resolution.kind === 'unknown') continue;
    const { id } = resolution.technique;
    byId.set(id, [...(byId.get(id) ?? []), row]);
  }
  const used = new Set(techniques.map(({ status }) => markOf(status)));
  return navigatorLayer({
    name: visibleText(title),
    description: visibleText(subtitle),
    techniques: [...byId].map(([id, rows]) => marked(id, rows)),
    legend: Object.entries(marks)
      .filter(([mark]) => [...used].some((one) => one === mark))
      .map(([, { label, color }]) => ({ label, color })),
  });
}

function marked(
  id: string,
  rows: readonly TechniqueRow[],
): Parameters<typeof navigatorLayer>[0]['techniques'][number] {
  const weight = Object.keys(marks);
  const [surest] = rows
    .map(({ status }) => markOf(status))
    .sort((left, right) => weight.indexOf(left) - weight.indexOf(right));
  const scores = rows.map(({ confidence }) => confidence).filter((text) => /^\d+(\.\d+)?$/.test(text));
  const comments = rows.flatMap(({ status, evidence, note }) => [
    `${marks[markOf(status)].label}${evidence === '' ? '' : `: ${evidence}`}`,
    ...(note === '' ? [] : [note]),
  ]);
  return {
    id,
    color: marks[surest ?? 'open'].color,
    ...(scores.length > 0 && { score: Math.max(...scores.map(Number)) }),
    comment: visibleText([...new Set(comments)].join('\n'), { keepLines: true }),
  };
}
