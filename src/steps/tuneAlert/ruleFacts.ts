/** What rules of all kinds say of themselves. */
import { createHash } from 'node:crypto';
import { resolveTechnique } from '../../attack/resolve.ts';
import type { Tactic, Technique } from '../../attack/catalogue.ts';
import { kqlName } from '../../kql/kqlText.ts';
import { StepError } from '../step.ts';
import type { RuleRequest } from './ruleText.ts';

/** A GUID that stays the same for the same name and kind, so that exporting again updates the rule. */
export function ruleId({ exported }: RuleRequest): string {
  const hex = createHash('sha256').update(`${exported.kind}\n${exported.name}`).digest('hex');
  // The version and variant bits of a name-based UUID (RFC 9562, version 8: of one's own making).
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The techniques in force. Throws StepError for an id that ATT&CK never had. */
export function ruleTechniques({ exported, at }: RuleRequest): readonly Technique[] {
  return exported.techniques.map((id, index) => {
    const found = resolveTechnique(id);
    if (found.kind !== 'unknown') return found.technique;
    throw new StepError(
      `ATT&CK has no technique ${id}. Close ids: ${found.closeIds.join(', ')}.`,
      [...at, 'techniques', index],
      'unknown-technique',
    );
  });
}

/** Returns the tactics of the techniques, each once. */
export function ruleTactics(techniques: readonly Technique[]): readonly Tactic[] {
  const all = techniques.flatMap(({ tactics }) => tactics);
  return all.filter((tactic, index) => all.findIndex(({ id }) => id === tactic.id) === index);
}

/** The detection's query with the chosen threshold. */
export function thresholdQuery({ exported, args, detection, at }: RuleRequest): string {
  if (args.of !== undefined) {
    throw new StepError(
      `A rule needs the query itself, and \`of: ${args.of}\` is only its result. Give the detection in \`query\` or \`step\`.`,
      at,
      'no-query',
    );
  }
  return `${detection.kql}\n| where ${kqlName(args.threshold)} ${args.alert === 'below' ? '<=' : '>='} ${exported.threshold}`;
}

/** `description`, or one made of the name and the threshold. */
export function ruleDescription({ exported, args }: RuleRequest): string {
  const is = args.alert === 'below' ? 'at most' : 'at least';
  return exported.description === ''
    ? `Identifies ${exported.name}: ${args.threshold} is ${is} ${exported.threshold}.`
    : exported.description;
}
