/** The arguments of `find-scans` and where their defaults come from. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { connectionColumnsArgument } from '../shared/connections.ts';
import { duration } from '../shared/duration.ts';

/** Zeek `policy/misc/scan.zeek`: 15 unique ports on one host make a port scan. */
export const defaultPorts = 15;

/** Zeek `policy/misc/scan.zeek`: 25 unique hosts on one port make an address scan. */
export const defaultHosts = 25;

/** Zeek counts in 5 minutes; twice that also catches a scan that waits for a timeout of seconds at every port. */
export const defaultWindow = '10m';

/** One more than breadth, freshness and rate give together: a source whose every connection succeeds is not listed. */
export const defaultMinimum = 51;

const columnName = z.string().min(1);

const excludedRange = z.string().refine(isAddressOrRange, {
  message: 'write an IP address (10.0.0.42) or a range (10.0.9.0/24)',
});

export const findScansArguments = z
  .strictObject({
    in: columnName.default('DeviceNetworkEvents').describe('Table of connections.'),
    window: duration
      .default(defaultWindow)
      .describe(
        'How long a time counts together: 30s, 10m, 1h. Scans that go on from one window to the next are one scan.',
      ),
    exclude: z
      .union([excludedRange.transform((one) => [one]), z.array(excludedRange)])
      .default([])
      .describe(
        'Sources that may scan: IP addresses or CIDR ranges, such as a licensed vulnerability scanner.',
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
      })
      .prefault({})
      .describe('How many distinct targets in one window make a scan.'),
    minimum: z
      .number()
      .min(0)
      .max(100)
      .default(defaultMinimum)
      .describe('Scans that score less are not listed.'),
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

function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
