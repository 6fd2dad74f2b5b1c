/** The arguments of `find-scans` and where their defaults come from. */
import { z } from 'zod';
import { connectionColumnsArgument } from '../shared/connections.ts';
import { duration } from '../shared/duration.ts';
import { exclusionsArgument } from '../shared/exclusions.ts';
import { methodConstants, methodNames } from './methods.ts';
import { scanKinds } from './scanQuery.ts';
import { walkArguments } from './walk.ts';

/** Zeek `policy/misc/scan.zeek`: 15 unique ports on one host make a port scan. */
export const defaultPorts = 15;

/** Zeek `policy/misc/scan.zeek`: 25 unique hosts on one port make an address scan. */
export const defaultHosts = 25;

/** Zeek counts in 5 minutes; twice that also catches a scan that waits for a timeout of seconds at every port. */
export const defaultWindow = '10m';

/** A slow scan takes days; a week also holds one that tries a port an hour. */
export const defaultSlow = '7d';

/** Fewer that fail at the same targets are what a cluster or a handful of colleagues do. Our own judgement. */
export const defaultSources = 5;

/** One more than breadth, freshness and rate give together: a source whose every connection succeeds is not listed. */
export const defaultMinimum = 51;

const columnName = z.string().min(1);

export const findScansArguments = z
  .strictObject({
    in: columnName.default('DeviceNetworkEvents').describe('Table of connections.'),
    window: duration
      .default(defaultWindow)
      .describe(
        'How long a time counts together: 30s, 10m, 1h. Scans that go on from one window to the next are one scan.',
      ),
    slow: duration
      .default(defaultSlow)
      .describe('How long first contacts count together for slow and distributed scans: 12h, 7d.'),
    kinds: z
      .array(z.enum(scanKinds))
      .min(1)
      .default([...scanKinds])
      .describe('Kinds of scan to look for.'),
    exclude: exclusionsArgument
      .default([])
      .describe(
        'Known scanners and noisy services: IP addresses, CIDR ranges and device names of sources; ports as numbers; programs by file name.',
      ),
    thresholds: z
      .strictObject({
        ports: z
          .int()
          .min(2)
          .default(defaultPorts)
          .describe('Distinct ports on one host (Zeek scan.zeek: 15).'),
        hosts: z
          .int()
          .min(2)
          .default(defaultHosts)
          .describe('Distinct hosts on one port (Zeek scan.zeek: 25).'),
        sources: z
          .int()
          .min(2)
          .default(defaultSources)
          .describe('Sources that share the targets of a distributed scan.'),
      })
      .prefault({})
      .describe('How many distinct targets in one window make a scan.'),
    minimum: z
      .number()
      .min(0)
      .max(100)
      .default(defaultMinimum)
      .describe('Scans that score less are not listed.'),
    trw: walkArguments,
    methods: z
      .array(z.enum(methodNames))
      .min(1)
      .optional()
      .describe('Published methods to run side by side instead: one row a source, and who agrees.'),
    constants: methodConstants,
    explain: z
      .string()
      .min(1)
      .optional()
      .describe('A source, by address or device, whose running score is drawn instead.'),
    columns: connectionColumnsArgument,
    attempts: z
      .array(z.string())
      .optional()
      .describe(
        'Values of the action column that are connections from the source; an empty list takes every row. Default: those of a known log.',
      ),
    failed: z
      .array(z.string())
      .min(1)
      .optional()
      .describe(
        'Values of the action column that mean that the connection failed. Default: those of known logs.',
      ),
  })
  .describe('Finds port scans and sweeps.');

export type FindScansArguments = z.infer<typeof findScansArguments>;
