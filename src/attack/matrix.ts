/** A hunt on the ATT&CK matrix: what was found, what was looked for, and what nobody looked at. */
import { currentTechniques, tactics, technique } from './catalogue.ts';
import { resolveTechnique } from './resolve.ts';

/** What a status means on the matrix, in the order of weight. */
export const marks = {
  confirmed: { label: 'Confirmed', color: '#d1242f' },
  observed: { label: 'Observed', color: '#d1242f' },
  suspected: { label: 'Suspected', color: '#f0883e' },
  potential: { label: 'Potential', color: '#f2cc60' },
  covered: { label: 'Looked for, not found', color: '#7ab8e0' },
  open: { label: 'Not looked for', color: '#c9ccd1' },
} as const;

export type Mark = keyof typeof marks;

/** How `map-ttps` writes what nothing shows. */
const writtenMarks: Readonly<Record<string, Mark>> = { 'not found': 'covered', 'not looked for': 'open' };

/** The mark of a status as tables write it; a status of another word counts as observed. */
export function markOf(status: string): Mark {
  const word = status.trim().toLowerCase();
  return writtenMarks[word] ?? (isMark(word) ? word : 'observed');
}

function isMark(word: string): word is Mark {
  return word in marks;
}

export interface MarkedTechnique {
  /** Any id that a person wrote; a replaced one stands for its replacement. */
  readonly id: string;
  readonly status: string;
  /** Why, in a line. */
  readonly note: string;
}

export interface MatrixCell {
  readonly id: string;
  readonly name: string;
  readonly isSub: boolean;
  readonly mark: Mark;
  readonly note: string;
}

export interface MatrixColumn {
  /** Name of the tactic. */
  readonly tactic: string;
  /** Marked techniques by id, a sub-technique after its parent. */
  readonly cells: readonly MatrixCell[];
  /** Techniques of the tactic (sub-techniques not counted) that bear no mark, nor does a sub-technique of theirs. */
  readonly unmarked: number;
}

/** A technique stands under each of its tactics; of several marks the weightiest shows. Tactics come in matrix order. */
export function attackMatrix(marked: readonly MarkedTechnique[]): readonly MatrixColumn[] {
  const weight = Object.keys(marks);
  const cells = new Map<string, MatrixCell>();
  for (const { id, status, note } of marked) {
    const resolution = resolveTechnique(id);
    if (resolution.kind === 'unknown') continue;
    const { technique: current } = resolution;
    const mark = markOf(status);
    const earlier = cells.get(current.id);
    if (earlier !== undefined && weight.indexOf(earlier.mark) <= weight.indexOf(mark)) continue;
    cells.set(current.id, {
      id: current.id,
      name: current.name,
      isSub: current.parent !== undefined,
      mark,
      note,
    });
  }
  const touched = new Set([...cells.keys()].map((id) => technique(id)?.parent ?? id));
  return tactics.map((tactic) => {
    const isOf = (id: string): boolean => technique(id)?.tactics.some((own) => own.id === tactic.id) ?? false;
    return {
      tactic: tactic.name,
      cells: [...cells.values()].filter(({ id }) => isOf(id)).sort((a, b) => (a.id < b.id ? -1 : 1)),
      unmarked: currentTechniques.filter(
        ({ id, parent }) => parent === undefined && !touched.has(id) && isOf(id),
      ).length,
    };
  });
}
