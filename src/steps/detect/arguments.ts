/** The arguments of `detect`. */
import { z } from 'zod';
import { levels, statuses } from '../../sigma/rule.ts';

const path = z.string().min(1);
const text = z.string().min(1);

/** One value stands for a list of one. */
function oneOrMore<T extends z.ZodType>(value: T): z.ZodUnion<readonly [T, z.ZodArray<T>]> {
  return z.union([value, z.array(value)]);
}

/** What a hunter would not run unasked: rules that are replaced, or that their authors call unusable. */
export const defaultStatuses = ['stable', 'test', 'experimental'] as const;

export const detectArguments = z
  .strictObject({
    rules: oneOrMore(path).describe(
      'Folders, patterns or files of Sigma rules (YAML), relative to the notebook; a folder is read with all below it.',
    ),
    tables: z
      .record(text, oneOrMore(text))
      .default({})
      .describe(
        'Tables for log sources that no known table holds, by category, product or service: `proxy: ProxyLog`, `linux/auditd: Audit`.',
      ),
    level: z.enum(levels).optional().describe('Least level of the rules that run.'),
    status: z
      .union([z.enum(statuses).transform((one) => [one]), z.array(z.enum(statuses))])
      .default([...defaultStatuses])
      .describe('Statuses of the rules that run; a rule without a status always runs.'),
    tags: z
      .union([text.transform((one) => [one]), z.array(text)])
      .default([])
      .describe('Only rules with one of these tags, such as `attack.t1053.005` or `attack.execution`.'),
    exclude: z
      .union([text.transform((one) => [one]), z.array(text)])
      .default([])
      .describe('Rules that do not run, by id, title or file name.'),
    placeholders: z
      .record(text, z.union([z.string().transform((one) => [one]), z.array(z.string())]))
      .default({})
      .describe('Values of the placeholders that rules with `expand` use: `Administrators: [alice, bob]`.'),
  })
  .describe('Runs Sigma rules against the tables of the session.');

export type DetectArguments = z.infer<typeof detectArguments>;
