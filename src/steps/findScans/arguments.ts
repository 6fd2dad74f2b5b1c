/** The arguments of `find-scans` and where their defaults come from. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { duration } from '../shared/duration.ts';

/** Zeek `policy/misc/scan.zeek`: 15 unique ports on one host make a port scan. */
export const defaultPorts = 15;

/** Zeek `policy/misc/scan.zeek`: 25 unique hosts on one port make an address scan. */
export const defaultHosts = 25;

/** Zeek counts in 5 minutes; twice that also catches a scan that waits for a timeout of seconds at every port. */
export const defaultWindow = '10m';

/** One more than breadth, freshness and rate give together: a source whose every connection succeeds is not listed. */
export const defaultMinimum = 51;

/** Action types with which Defender records a connection that the device itself opens. */
export const outboundActions = [
  'ConnectionSuccess',
  'ConnectionFailed',
  'ConnectionAttempt',
  'ConnectionRequest',
];

export const failedActions = ['ConnectionFailed'];

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
    columns: z
      .strictObject({
        time: columnName.optional().describe('Time of the connection (datetime). Default: Timestamp.'),
        source: columnName.optional().describe('Address that connects. Default: LocalIP.'),
        destination: columnName.optional().describe('Address that is connected to. Default: RemoteIP.'),
        port: columnName.optional().describe('Port that is connected to. Default: RemotePort.'),
        device: columnName
          .optional()
          .describe('Device that connects. Default: DeviceName, else the source address.'),
        action: columnName
          .nullable()
          .optional()
          .describe(
            'Column that tells what became of the connection. Default: ActionType; null when the log does not say.',
          ),
      })
      .prefault({})
      .describe('Names of the columns, where they differ from DeviceNetworkEvents.'),
    attempts: z
      .array(z.string())
      .default(outboundActions)
      .describe(
        'Values of the action column that are connections from the source; an empty list takes every row.',
      ),
    failed: z
      .array(z.string())
      .min(1)
      .default(failedActions)
      .describe(
        'Values of the action column that mean that the connection failed (in Zeek conn_state: S0, REJ, OTH, RSTOS0).',
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
