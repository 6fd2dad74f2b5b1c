/** Techniques that get a row although nothing shows them: those that rules looked for, and those of a layer. */
import { readNavigatorLayer } from '../../attack/navigatorLayer.ts';
import { resolveTechnique } from '../../attack/resolve.ts';
import type { NamedFile } from '../shared/namedFiles.ts';
import type { EvidenceTable } from './query.ts';

export interface Interest {
  readonly technique: string;
  /** What was looked for, and where; empty: nothing was. */
  readonly looked: string;
  /** Why the technique matters; may be empty. */
  readonly note: string;
}

export interface LayerTechniques {
  /** Ids in force, with why they matter. */
  readonly notes: ReadonlyMap<string, string>;
  /** Ids that the catalogue does not have. */
  readonly unknown: readonly string[];
}

/** The techniques of a layer; a sentence where the file is none. */
export function layerTechniques({ shownPath, text }: NamedFile): LayerTechniques | string {
  const read = readNavigatorLayer(text);
  if (!read.ok) return `${shownPath} cannot be read as a layer: ${read.reason}`;
  const { name, techniques } = read.layer;
  const notes = new Map<string, string>();
  const unknown: string[] = [];
  for (const { id, comment } of techniques) {
    const resolution = resolveTechnique(id);
    if (resolution.kind === 'unknown') unknown.push(id);
    else {
      const note = `in ${name === '' ? shownPath : name}${comment === '' ? '' : `: ${comment}`}`;
      const earlier = notes.get(resolution.technique.id);
      notes.set(resolution.technique.id, earlier === undefined ? note : `${earlier}; ${note}`);
    }
  }
  return { notes, unknown };
}

/** Every technique of interest once: those of the layer, and, where `coverage` is asked for, those of the rules. */
export function interestOf(
  tables: readonly EvidenceTable[],
  layer: LayerTechniques | undefined,
  coverage: boolean,
): readonly Interest[] {
  const looked = new Map<string, string[]>();
  for (const { name, rules } of tables) {
    for (const { technique, about } of rules) {
      looked.set(technique, [...(looked.get(technique) ?? []), `${name}: ${about}`]);
    }
  }
  const ids = new Set([...(coverage ? looked.keys() : []), ...(layer?.notes.keys() ?? [])]);
  return [...ids].map((technique) => ({
    technique,
    looked: [...new Set(looked.get(technique))].join('; '),
    note: layer?.notes.get(technique) ?? '',
  }));
}
