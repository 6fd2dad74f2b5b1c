/** The arguments of `timeline` and where their defaults come from. */
import { z } from 'zod';

/**
 * A value whose modified z-score is above 3.5 is an outlier: Iglewicz and Hoaglin, "How to Detect and Handle Outliers"
 * (ASQC, 1993), also in the NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.17.
 */
export const defaultOutlier = 3.5;

/** What happens by hand in one go comes in runs of a few events; fewer than five near each other say nothing. */
export const defaultBurst = 5;

const name = z.string().min(1);
const oneOrMore = z.union([name.transform((one) => [one]), z.array(name).min(1)]);

export const timelineArguments = z
  .strictObject({
    from: oneOrMore.describe('Tables and results to bring into one order.'),
    outlier: z
      .number()
      .positive()
      .default(defaultOutlier)
      .describe(
        'Modified z-score of the time between events from which it is a gap (Iglewicz and Hoaglin: 3.5).',
      ),
    burst: z
      .int()
      .min(2)
      .default(defaultBurst)
      .describe('Events in a row, each unusually soon after the one before, that make a burst.'),
    markers: z
      .boolean()
      .default(true)
      .describe('Whether gaps and bursts stand as rows of their own between the events.'),
    columns: z
      .record(
        name,
        z.strictObject({
          time: name.optional().describe('Time of the event (datetime).'),
          device: name.optional().describe('Device.'),
          account: name.optional().describe('Account.'),
          what: name.optional().describe('What happened.'),
        }),
      )
      .default({})
      .describe('By table: the columns to use, where they are not found by themselves.'),
  })
  .describe('Brings events and findings of several tables into one order, with gaps and bursts.');

export type TimelineArguments = z.infer<typeof timelineArguments>;
