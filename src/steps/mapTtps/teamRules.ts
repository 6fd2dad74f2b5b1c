/** Rules that a team keeps in a YAML file beside its notebooks. */
import { isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { resolveTechnique } from '../../attack/resolve.ts';
import { kqlName } from '../../kql/kqlText.ts';
import { stepArgumentMessage } from '../argumentMessages.ts';
import type { NamedFile } from '../shared/namedFiles.ts';
import { predicateFault } from './predicate.ts';
import type { Rule } from './rules.ts';

const teamRule = z.strictObject({
  technique: z.string().min(1),
  when: z.string().min(1),
  columns: z.union([
    z
      .string()
      .min(1)
      .transform((one) => [one]),
    z.array(z.string().min(1)).min(1),
  ]),
  status: z.enum(['confirmed', 'suspected']).default('suspected'),
  confidence: z.number().int().min(0).max(100).default(60),
  about: z.string().min(1),
});

/** What is wrong with a file of rules, with its name and line. */
export class TeamRulesFault extends Error {}

/** Reads the rules of a file; a replaced technique id stands for its replacement. Throws {@link TeamRulesFault} that names file and line of the first fault. */
export function teamRulesIn({ shownPath, text }: NamedFile): readonly Rule[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines });
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const fault = (path: readonly PropertyKey[], message: string): TeamRulesFault =>
    new TeamRulesFault(`${shownPath}, line ${lineOf(path)}: ${message}`);

  const [broken] = document.errors;
  if (broken) {
    const { line } = lines.linePos(broken.pos[0]);
    throw new TeamRulesFault(`${shownPath}, line ${line}: this is not valid YAML: ${broken.message}.`);
  }
  const read = z
    .array(teamRule)
    .safeParse(document.toJS({ maxAliasCount: 100 }), { error: stepArgumentMessage });
  if (!read.success) {
    const [issue] = read.error.issues;
    const path = issue?.path ?? [];
    const name = path.length > 1 ? `\`${String(path.at(-1))}\` ` : '';
    throw fault(path, `${name}${issue?.message ?? 'is no list of rules'}.`);
  }
  return read.data.map(({ technique, when, columns, ...rest }, index): Rule => {
    const resolution = resolveTechnique(technique);
    if (resolution.kind === 'unknown') {
      const close = resolution.closeIds;
      const question = close.length === 0 ? '' : ` Did you mean ${close.join(', ')}?`;
      throw fault([index, 'technique'], `ATT&CK has no technique "${technique}".${question}`);
    }
    const wrong = predicateFault(when);
    if (wrong !== undefined) throw fault([index, 'when'], `\`when\` ${wrong}.`);
    return {
      ...rest,
      technique: resolution.technique.id,
      columns,
      // A comment at the end of the predicate must not swallow what follows.
      where: `(${when.trim()}\n)`,
      text: `strcat_delim(", ", ${columns.map((name) => `tostring(${kqlName(name)})`).join(', ')})`,
    };
  });
}
