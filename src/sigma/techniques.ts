/** What a rule's tags say in ATT&CK's terms of today. */
import { tactics, tacticsNamed } from '../attack/catalogue.ts';
import { resolveTechnique } from '../attack/resolve.ts';
import type { Level } from './rule.ts';

export interface AttackTags {
  /** Ids of techniques in force, in the order of the tags; an id that is not known stays as it is. */
  readonly techniques: readonly string[];
  /** Names of tactics, in the order of the matrix. */
  readonly tactics: readonly string[];
}

/** Reads tags such as `attack.t1059.001` and `attack.defense-evasion`; replaced techniques become those in force. */
export function attackTags(tags: readonly string[]): AttackTags {
  const names = tags.flatMap((tag) => (/^attack\./i.test(tag) ? [tag.slice('attack.'.length)] : []));
  const techniques = names.flatMap((name) => {
    if (!/^t\d{4}(\.\d{3})?$/i.test(name)) return [];
    const resolution = resolveTechnique(name);
    return [resolution.kind === 'unknown' ? name.toUpperCase() : resolution.technique.id];
  });
  const named = new Set(names.flatMap((name) => tacticsNamed(name)).map(({ id }) => id));
  return {
    techniques: [...new Set(techniques)],
    tactics: tactics.filter(({ id }) => named.has(id)).map(({ name }) => name),
  };
}

/** Severities of findings, which know no more than high. */
export function severityOf(level: Level | undefined): 'informational' | 'low' | 'medium' | 'high' {
  if (level === undefined) return 'medium';
  return level === 'critical' ? 'high' : level;
}
