/** The arguments of `baseline` and where their defaults come from. */
import { z } from 'zod';
import { durationMs } from '../shared/duration.ts';

/** Iglewicz and Hoaglin, "How to Detect and Handle Outliers" (ASQC, 1993): outliers have a modified z-score above 3.5. */
export const defaultOutlier = 3.5;

/** Seen on at most one day in ten; this project's own judgement. */
export const defaultRare = 0.1;

export const defaultHunt = '1d';
export const defaultMaxAge = '30d';

const name = z.string().min(1);
const instant = z
  .string()
  .refine((text) => /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text)), {
    message: 'write a date such as 2025-05-07 or 2025-05-07T12:00:00Z',
  });
const spans = z.string().refine((text) => durationMs(text) !== undefined, {
  message: 'write a duration such as 12h or 14d, or `from` and `to`',
});
const period = z.union([
  spans,
  z
    .strictObject({
      from: instant.optional().describe('First instant of the period.'),
      to: instant.optional().describe('First instant after the period.'),
    })
    .refine(({ from, to }) => from === undefined || to === undefined || Date.parse(from) < Date.parse(to), {
      message: 'must begin before it ends',
    }),
]);

export type Period = z.infer<typeof period>;

export const baselineArguments = z
  .strictObject({
    in: name.default('DeviceProcessEvents').describe('Table of events.'),
    item: z
      .union([name.transform((one) => [one]), z.array(name).min(1)])
      .optional()
      .describe('Columns that together are what is learned. Default: FileName, RemoteUrl, RemoteIP, ...'),
    per: z
      .union([name.transform((one) => [one]), z.array(name)])
      .default(['device'])
      .describe(
        'For whom: `device`, `user`, `process`, `hour-of-week`, or columns; an empty list learns for all together.',
      ),
    learn: period
      .optional()
      .describe('Period to learn from: a duration before the hunt, or from and to. Default: all before it.'),
    hunt: period
      .default(defaultHunt)
      .describe('Period to hunt in: a duration up to the last event, or from and to.'),
    from: name.optional().describe('File with a saved baseline, instead of learning.'),
    save: name
      .optional()
      .describe('File to save what was learned to, such as processes.baseline.json beside the notebook.'),
    maxAge: spans.default(defaultMaxAge).describe('Age from which a saved baseline is called stale.'),
    rare: z
      .number()
      .min(0)
      .max(1)
      .default(defaultRare)
      .describe('Share of the learned days up to which an item is rare.'),
    outlier: z
      .number()
      .positive()
      .default(defaultOutlier)
      .describe('Robust z-score of a day from which its count is anomalous (Iglewicz and Hoaglin: 3.5).'),
    columns: z
      .strictObject({
        time: name
          .optional()
          .describe('Time of the event (datetime). Default: Timestamp, TimeGenerated, ...'),
        device: name.optional().describe('Device.'),
        user: name.optional().describe('Account.'),
        process: name.optional().describe('Process.'),
      })
      .prefault({})
      .describe('Names of the columns, where they are not found by themselves.'),
  })
  .refine(({ from, learn, save }) => from === undefined || (learn === undefined && save === undefined), {
    message: 'takes either `from`, a saved baseline, or `learn` and `save`',
  })
  .describe('Learns what is normal, and shows what is new, rare or unusually frequent.');

export type BaselineArguments = z.infer<typeof baselineArguments>;
