/** The ATT&CK Enterprise catalogue: tactics and techniques as MITRE names them (licence: `enterprise.LICENSE.txt`). */
import { z } from 'zod';
import changes19 from './changes19.json' with { type: 'json' };
import enterprise from './enterprise.json' with { type: 'json' };

export interface Tactic {
  /** e.g. `TA0007`. */
  readonly id: string;
  /** e.g. `discovery`, as in tags of Sigma rules and Navigator layers. */
  readonly shortName: string;
  /** e.g. `Discovery`. */
  readonly name: string;
}

export interface Technique {
  /** e.g. `T1046`, `T1059.001`. */
  readonly id: string;
  /** Own name; a sub-technique's does not repeat its parent's (`PowerShell`). */
  readonly name: string;
  /** With the parent's name before it where there is one: `Command and Scripting Interpreter: PowerShell`. */
  readonly fullName: string;
  /** In matrix order. */
  readonly tactics: readonly Tactic[];
  /** Id of the technique that this one is a sub-technique of. */
  readonly parent?: string;
  /** Id of the technique that replaced this one; it may itself be replaced, see `resolveTechnique`. */
  readonly revokedBy?: string;
  /** Withdrawn without a replacement. */
  readonly isDeprecated: boolean;
}

const tacticFields = z.object({ id: z.string(), shortName: z.string(), name: z.string() });

const techniqueFields = z.object({
  id: z.string(),
  name: z.string(),
  tactics: z.array(z.string()),
  parent: z.string().optional(),
  revokedBy: z.string().optional(),
  deprecated: z.boolean().optional(),
});

const base = z.object({ techniques: z.array(techniqueFields) }).parse(enterprise);

const changes = z
  .object({
    version: z.string(),
    tactics: z.array(tacticFields),
    /** Short names of a tactic that was split, each with those of its parts; the first keeps its id. */
    tacticAliases: z.record(z.string(), z.array(z.string())),
    newTechniques: z.array(techniqueFields),
    revokedBy: z.record(z.string(), z.string()),
    renamed: z.record(z.string(), z.string()),
    tacticsOf: z.record(z.string(), z.array(z.string())),
  })
  .parse(changes19);

/** Version of ATT&CK that the catalogue holds: MITRE's data of 18.1 with the changes of 19 that are known. */
export const attackVersion = changes.version;

/** The tactics in matrix order, Reconnaissance to Impact. */
export const tactics: readonly Tactic[] = changes.tactics;

const entries = [...base.techniques, ...changes.newTechniques].map((entry) => ({
  ...entry,
  name: changes.renamed[entry.id] ?? entry.name,
  revokedBy: changes.revokedBy[entry.id] ?? entry.revokedBy,
  tactics:
    changes.tacticsOf[entry.id] ??
    entry.tactics.map((tactic) => changes.tacticAliases[tactic]?.[0] ?? tactic),
}));

const names = new Map(entries.map(({ id, name }) => [id, name]));

/** Every technique and sub-technique, revoked and deprecated ones included, by id. */
export const techniques: ReadonlyMap<string, Technique> = new Map(
  entries.map((entry) => {
    const parentName = entry.parent === undefined ? undefined : names.get(entry.parent);
    const technique: Technique = {
      id: entry.id,
      name: entry.name,
      fullName: parentName === undefined ? entry.name : `${parentName}: ${entry.name}`,
      tactics: tactics.filter(({ shortName }) => entry.tactics.includes(shortName)),
      parent: entry.parent,
      revokedBy: entry.revokedBy,
      isDeprecated: entry.deprecated ?? false,
    };
    return [entry.id, technique];
  }),
);

/** The techniques in force: neither revoked nor deprecated. */
export const currentTechniques: readonly Technique[] = [...techniques.values()].filter(
  ({ revokedBy, isDeprecated }) => revokedBy === undefined && !isDeprecated,
);

/** The tactics that a name means today: its own (short name, name or id), or what it was split into. */
export function tacticsNamed(written: string): readonly Tactic[] {
  const text = written
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-');
  const shortNames = changes.tacticAliases[text] ?? [text];
  return tactics.filter(({ id, shortName }) => shortNames.includes(shortName) || id.toLowerCase() === text);
}

/** The technique with that id (any letter case, spaces around it ignored), as the catalogue holds it; nothing is followed. */
export function technique(id: string): Technique | undefined {
  return techniques.get(id.trim().toUpperCase());
}
