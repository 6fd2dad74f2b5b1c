/** The ATT&CK table: what `map-ttps` results say, and the techniques that findings name besides. */
import type { Column, WireValue } from '../../kql/types.ts';
import { resolveTechnique, resolutionNote } from '../../attack/resolve.ts';
import { tactics } from '../../attack/catalogue.ts';
import { attackMatrix, type MatrixColumn } from '../../attack/matrix.ts';
import { displayValue } from '../displayValue.ts';
import type { NumberedHunt } from '../numberedHunt.ts';
import type { Block, TechniqueRow } from '../reportDocument.ts';

const techniqueId = /^T\d{4}(?:\.\d{3})?$/;

/** Techniques in matrix order. A result counts when it has a column of technique ids and one of tactics or status. */
export function techniqueRows(hunt: NumberedHunt): TechniqueRow[] {
  const mapped = hunt.queries.flatMap(({ cell, number }) =>
    cell.results.flatMap(({ columns, rows }) => mappedTechniques(columns, rows, `Query ${number}`)),
  );
  const known = new Set(mapped.map(({ id }) => id));
  const named = new Map<string, string[]>();
  for (const finding of hunt.findings) {
    for (const id of new Set(finding.techniques.map(currentId))) {
      if (!known.has(id)) named.set(id, [...(named.get(id) ?? []), finding.title]);
    }
  }
  const fromFindings = [...named].map(([id, titles]): TechniqueRow => ({
    ...namesOf(id),
    id,
    status: 'observed',
    confidence: '',
    evidence: titles.join(', '),
    note: '',
  }));
  const unique = new Map([...mapped, ...fromFindings].map((row) => [JSON.stringify(row), row]));
  return [...unique.values()].sort(
    (left, right) => matrixOrder(left) - matrixOrder(right) || compare(left.id, right.id),
  );
}

/** The section. */
export function attackBlocks(rows: readonly TechniqueRow[]): Block[] {
  return [
    { kind: 'heading', level: 2, text: 'MITRE ATT&CK', id: 'attack' },
    ...(rows.length === 0
      ? [{ kind: 'paragraph', text: 'No technique is mapped.' } as const]
      : [
          { kind: 'matrix', columns: matrixOf(rows) } as const,
          {
            kind: 'table',
            columns: ['Tactic', 'Technique', 'Name', 'Status', 'Confidence', 'Evidence', 'Note'].map(
              (name) => ({ name, align: 'left' }) as const,
            ),
            rows: rows.map((row) => [
              row.tactics,
              row.id,
              row.name,
              row.status,
              row.confidence,
              row.evidence,
              row.note,
            ]),
          } as const,
        ]),
  ];
}

/** The rows on the matrix. */
export function matrixOf(rows: readonly TechniqueRow[]): readonly MatrixColumn[] {
  return attackMatrix(
    rows.map(({ id, status, evidence, note }) => ({
      id,
      status,
      note: [evidence, note].filter((text) => text !== '').join('; '),
    })),
  );
}

/** Whether a table maps techniques, as `map-ttps` does: it has its own section. */
export function isTechniqueTable(
  columns: readonly Column[],
  rows: readonly (readonly WireValue[])[],
): boolean {
  return mappedTechniques(columns, rows, '').length > 0;
}

/** The techniques that a table maps; none where it maps nothing. `source` stands where a row names no evidence. */
export function mappedTechniques(
  columns: readonly Column[],
  rows: readonly (readonly WireValue[])[],
  source: string,
): TechniqueRow[] {
  const find = (...patterns: RegExp[]) => {
    for (const pattern of patterns) {
      const index = columns.findIndex(({ name }) => pattern.test(name));
      if (index >= 0) return index;
    }
    return -1;
  };
  const idAt = columns.findIndex(
    ({ name }, index) => /technique|^id$|^ttp/i.test(name) && rows.some((row) => isTechniqueId(row[index])),
  );
  const tacticAt = find(/^tactics?$/i, /tactic/i);
  const statusAt = find(/^status$/i, /status/i);
  if (idAt < 0 || (tacticAt < 0 && statusAt < 0)) return [];
  const nameAt = find(/^(technique)?name$/i);
  const confidenceAt = find(/confidence/i);
  const evidenceAt = find(/^evidence(text)?$/i, /^(reasons?|why)$/i);
  const noteAt = find(/^notes?$/i);
  const text = (row: readonly WireValue[], index: number) => {
    const column = columns[index];
    return column ? listText(displayValue(row[index] ?? null, column), row[index]) : '';
  };
  return rows.flatMap((row): TechniqueRow[] => {
    const id = row[idAt];
    if (!isTechniqueId(id)) return [];
    const names = namesOf(id);
    return [
      {
        id,
        name: text(row, nameAt) || names.name,
        tactics: text(row, tacticAt) || names.tactics,
        status: text(row, statusAt),
        confidence: text(row, confidenceAt),
        evidence: text(row, evidenceAt) || source,
        note: text(row, noteAt),
      },
    ];
  });
}

/** A dynamic array of texts reads as a list. */
function listText(display: string, value: WireValue | undefined): string {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value.join('; ') : display;
}

function isTechniqueId(value: WireValue | undefined): value is string {
  return typeof value === 'string' && techniqueId.test(value);
}

function currentId(id: string): string {
  const resolution = resolveTechnique(id);
  return resolution.kind === 'unknown' ? id : resolution.technique.id;
}

/** Name and tactics by the catalogue; a revoked id says what replaced it. */
function namesOf(id: string): { name: string; tactics: string } {
  const resolution = resolveTechnique(id);
  if (resolution.kind === 'unknown') return { name: 'unknown technique', tactics: '' };
  const { technique } = resolution;
  const note = resolutionNote(resolution);
  return {
    name: note === '' ? technique.fullName : `${technique.fullName} (${note})`,
    tactics: technique.tactics.map(({ name }) => name).join(', '),
  };
}

function matrixOrder({ tactics: names }: TechniqueRow): number {
  const position = tactics.findIndex(({ name }) => names.startsWith(name));
  return position < 0 ? tactics.length : position;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
