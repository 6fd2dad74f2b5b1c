/** The finding that a detection step's result stands for. */
import type { WireValue } from '../kql/types.ts';
import type { DetectionStep } from '../steps/step.ts';
import type { CellResult } from './cell.ts';
import { maxFindingRows, severities, type Finding, type Severity } from './finding.ts';

interface Asserted {
  readonly findings: readonly Finding[];
  readonly notices: readonly string[];
}

/**
 * A finding when the step's result has rows; a notice of what was looked at when it has none. `lookAgain` tells that in
 * sentences, for a step that can.
 */
export async function assertedFinding(
  step: DetectionStep,
  args: unknown,
  results: readonly CellResult[],
  lookAgain: () => Promise<readonly string[]>,
  signal?: AbortSignal,
): Promise<Asserted> {
  const evidence = results.at(-1);
  if (evidence === undefined) return { findings: [], notices: [] };
  const { table, provenance } = evidence;
  if (table.rowCount === 0) {
    const lookedAt = step.looked === undefined ? sourcesHeld(provenance.sources) : await lookAgain();
    return { findings: [], notices: [[`\`${step.verb}\` found nothing.`, ...lookedAt].join(' ')] };
  }
  const described = step.finding?.(args);
  if (described === undefined) return { findings: [], notices: [] };
  const { rows } = await table.page({ offset: 0, limit: maxFindingRows }, signal);
  const valuesOf = (name: string | undefined): readonly WireValue[] => {
    const index = table.columns.findIndex((column) => column.name === name);
    return index === -1 ? [] : rows.map((row) => row[index] ?? null);
  };
  const finding: Finding = {
    title: described.title,
    note: '',
    severity: highest(valuesOf(described.severityColumn)),
    techniques: [...new Set(valuesOf(described.techniqueColumn).flatMap(idsIn))],
    origin: 'step',
    columns: table.columns,
    rows,
    totalRows: table.rowCount,
  };
  return { findings: [finding], notices: [] };
}

function sourcesHeld(sources: CellResult['provenance']['sources']): readonly string[] {
  const rows = sources.reduce((sum, source) => sum + source.rows, 0);
  const tables = [...new Set(sources.map(({ table }) => table))];
  if (tables.length === 0) return [];
  return [`The session holds ${rows} rows in ${tables.map((name) => `\`${name}\``).join(', ')}.`];
}

/** The ids of a cell, which may name several. */
function idsIn(value: WireValue): readonly string[] {
  return typeof value === 'string' ? value.split(/[,;\s]+/).filter((id) => id !== '') : [];
}

function highest(values: readonly WireValue[]): Severity {
  return severities.findLast((severity) => values.includes(severity)) ?? 'informational';
}
