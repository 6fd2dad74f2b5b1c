/** The arguments of `map-ttps`. */
import { z } from 'zod';

/** How sure a mapping is: seen in the log or by the hunter, likely, or merely possible from here. */
export const statuses = ['confirmed', 'suspected', 'potential'] as const;
export type Status = (typeof statuses)[number];

/** Suspects of `correlate-processes` from medium severity up are evidence; what else ran at the time is not. */
export const defaultMinimum = 50;

const tableName = z.string().min(1);

export const mapTtpsArguments = z
  .strictObject({
    from: z
      .union([tableName.transform((one) => [one]), z.array(tableName)])
      .default([])
      .describe(
        'Tables with evidence: results of earlier cells, such as Scans and Suspects, or loaded logs.',
      ),
    also: z
      .array(
        z.strictObject({
          technique: z
            .string()
            .min(1)
            .describe('ATT&CK id, such as T1053 or T1059.001; a revoked id is replaced.'),
          status: z.enum(statuses).default('suspected').describe('How sure you are.'),
          note: z.string().optional().describe('Why.'),
        }),
      )
      .default([])
      .describe('Techniques that you add yourself. They keep the status that you give them.'),
    rules: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .optional()
      .describe('YAML files with rules of your own, relative to the notebook; they join the built-in ones.'),
    coverage: z
      .boolean()
      .default(false)
      .describe('Also give a row to each technique that rules looked for and did not find.'),
    layer: z
      .string()
      .min(1)
      .optional()
      .describe('A Navigator layer with techniques of interest, such as those of a group: each gets a row.'),
    minimum: z
      .number()
      .min(0)
      .max(100)
      .default(defaultMinimum)
      .describe('Score from which a ranked process counts as evidence, in tables with Score and Rank.'),
  })
  .describe('Names the ATT&CK techniques that the evidence supports.');

export type MapTtpsArguments = z.infer<typeof mapTtpsArguments>;
