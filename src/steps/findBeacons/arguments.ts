/** The arguments of `find-beacons`; the defaults are those of RITA v5 (`default_config.hjson`) but where it says so. */
import { z } from 'zod';
import { connectionColumnsArgument } from '../shared/connections.ts';
import { exclusionsArgument } from '../shared/exclusions.ts';

/** A time client calls its server as regularly as any beacon. Our own choice; RITA has no such list. */
const defaultExclude = [123];

/** Fewer sources than this, and the share of them that knows a destination says nothing. Our own judgement. */
export const leastSources = 10;

const number = (value: number, describe: string) => z.number().min(0).default(value).describe(describe);
const whole = (value: number, least: number, describe: string) =>
  z.int().min(least).default(value).describe(describe);

export const findBeaconsArguments = z
  .strictObject({
    in: z.string().min(1).default('DeviceNetworkEvents').describe('Table of connections.'),
    minimum: z
      .number()
      .min(0)
      .max(100)
      .default(50)
      .describe('Beacons that score less are not listed (RITA: 50).'),
    exclude: exclusionsArgument
      .default(defaultExclude)
      .describe(
        'Known callers and noisy services: IP addresses, CIDR ranges (of either end), device names, programs, ports as numbers.',
      ),
    thresholds: z
      .strictObject({
        connections: whole(4, 4, 'Connections at different seconds (RITA unique_connection_threshold: 4).'),
        strobe: whole(
          86_400,
          2,
          'Connections a day from which it is a strobe, and not scored (RITA: 86400).',
        ),
        activeParts: whole(6, 1, 'Active 24ths of the time from which duration scores (RITA: 6).'),
        idealRun: whole(12, 1, 'Active 24ths in a row that score full duration (RITA: 12).'),
        bimodalParts: whole(11, 6, 'Active 24ths from which a histogram of two heights scores (RITA: 11).'),
        heightShare: z
          .number()
          .gt(0)
          .max(1)
          .default(0.05)
          .describe('Share of the highest part within which heights count as one (RITA: 0.05).'),
        outliers: whole(1, 0, 'Parts that may have another height (RITA: 1).'),
        medium: number(70, 'Score of medium severity (RITA: 70).'),
        high: number(90, 'Score of high severity (RITA: 90).'),
      })
      .prefault({})
      .describe('When connections are enough to be scored, and how.'),
    weights: z
      .strictObject({
        timestamp: number(0.25, 'Regularity of the intervals.'),
        size: number(0.25, 'Regularity of the bytes sent.'),
        histogram: number(0.25, 'Evenness over the time.'),
        duration: number(0.25, 'How much of the time it lasts.'),
      })
      .refine((weights) => Object.values(weights).some((weight) => weight > 0), {
        message: 'needs a weight above 0',
      })
      .prefault({})
      .describe('Weights of the four parts; they are brought to a sum of 1.'),
    prevalence: z
      .strictObject({
        rare: number(
          0.02,
          'Share of the sources that call the destination, up to which it is rare (RITA: 0.02).',
        ),
        common: number(0.5, 'Share from which it is common (RITA: 0.5).'),
        points: number(15, 'Points that a rare destination gains and a common one loses (RITA: 15).'),
      })
      .prefault({})
      .describe(`How prevalence changes the score, in logs of at least ${leastSources} sources.`),
    explain: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A source, by address or device: the histogram of the intervals of its beacons is drawn instead.',
      ),
    columns: connectionColumnsArgument,
    attempts: z
      .array(z.string())
      .optional()
      .describe(
        'Values of the action column that are connections from the source; an empty list takes every row.',
      ),
  })
  .describe('Finds regular call-backs.');

export type FindBeaconsArguments = z.infer<typeof findBeaconsArguments>;
