/** The ATT&CK Enterprise catalogue: tactics and techniques as MITRE names them (licence: `enterprise.LICENSE.txt`). */
import { z } from 'zod';
import enterprise from './enterprise.json' with { type: 'json' };

export interface Tactic {
  /** e.g. `TA0007`. */
  readonly id: string;
  /** e.g. `discovery`. */
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

const catalogueFile = z.object({
  version: z.string(),
  tactics: z.array(z.object({ id: z.string(), shortName: z.string(), name: z.string() })),
  techniques: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      tactics: z.array(z.string()),
      parent: z.string().optional(),
      revokedBy: z.string().optional(),
      deprecated: z.boolean().optional(),
    }),
  ),
});

const file = catalogueFile.parse(enterprise);

/** Version of ATT&CK that the catalogue holds. */
export const attackVersion = file.version;

/** The tactics in matrix order, Reconnaissance to Impact. */
export const tactics: readonly Tactic[] = file.tactics;

const names = new Map(file.techniques.map(({ id, name }) => [id, name]));

/** Every technique and sub-technique, revoked and deprecated ones included, by id. */
export const techniques: ReadonlyMap<string, Technique> = new Map(
  file.techniques.map((entry) => {
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

/** The technique with that id (any letter case, spaces around it ignored), as the catalogue holds it; nothing is followed. */
export function technique(id: string): Technique | undefined {
  return techniques.get(id.trim().toUpperCase());
}
