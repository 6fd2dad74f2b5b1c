/** The arguments of `tune-alert`. */
import { z } from 'zod';
import { duration } from '../shared/duration.ts';

const name = z.string().min(1);

const exportKinds = ['sentinel', 'defender', 'sigma'] as const;
export type ExportKind = (typeof exportKinds)[number];

const exported = z
  .strictObject({
    kind: z
      .enum(exportKinds)
      .describe('Sentinel analytics rule (YAML), Defender custom detection (JSON), or Sigma rule.'),
    file: name.describe("File inside the notebook's folder to write."),
    threshold: z.number().describe('The threshold that the rule has.'),
    name: name.describe('Name of the rule.'),
    description: z.string().default('').describe('What the rule detects.'),
    severity: z
      .enum(['informational', 'low', 'medium', 'high'])
      .default('medium')
      .describe('Severity of its alerts.'),
    techniques: z
      .array(z.string().regex(/^T\d{4}(?:\.\d{3})?$/, 'must be technique ids such as T1046 or T1053.005'))
      .default([])
      .describe('ATT&CK techniques; their tactics go along.'),
    frequency: z.enum(['1h', '3h', '12h', '24h']).default('1h').describe('How often the rule runs.'),
    period: duration
      .optional()
      .describe('How far back it looks (Sentinel). Default: as long as its frequency.'),
  })
  .describe('A rule file to write.');

export type Exported = z.infer<typeof exported>;

export const tuneAlertArguments = z
  .strictObject({
    query: name.optional().describe('The detection as KQL, without its threshold.'),
    step: z
      .record(name, z.unknown())
      .optional()
      .describe('The detection as a step with its arguments, such as `find-scans: { minimum: 0 }`.'),
    of: name.optional().describe('The detection as a table of its rows.'),
    threshold: name.default('Score').describe('Numeric column that the threshold is about.'),
    alert: z
      .enum(['above', 'below'])
      .default('above')
      .describe('Whether an alert is at and above the threshold, or at and below it.'),
    at: z
      .array(z.number())
      .min(1)
      .optional()
      .describe('Thresholds to try. Default: each twentieth of the values that there are.'),
    every: duration
      .optional()
      .describe('Rows of one device in so long a time are one alert. Default: each row is an alert.'),
    history: name
      .optional()
      .describe(
        'Table whose period counts as the history. Default: the table of the step, else the rows themselves.',
      ),
    known: name
      .optional()
      .describe('Table of known findings: rows with a device, and a time if there is one.'),
    within: duration
      .default('1h')
      .describe('How far the time of an alert may be from that of a known finding.'),
    columns: z
      .strictObject({
        time: name.optional().describe('Time of a row of the detection.'),
        device: name.optional().describe('Device of a row of the detection.'),
        knownTime: name.optional().describe('Time of a known finding.'),
        knownDevice: name.optional().describe('Device of a known finding.'),
      })
      .prefault({})
      .describe('Columns, where they are not found by themselves.'),
    export: z
      .union([exported.transform((one) => [one]), z.array(exported)])
      .default([])
      .describe('Rules to write with a chosen threshold.'),
  })
  .refine(({ query, step, of }) => [query, step, of].filter((one) => one !== undefined).length === 1, {
    message: 'needs one detection: `query`, `step` or `of`',
  })
  .describe('Shows how many alerts each threshold would raise and what it would miss, and exports the rule.');

export type TuneAlertArguments = z.infer<typeof tuneAlertArguments>;
