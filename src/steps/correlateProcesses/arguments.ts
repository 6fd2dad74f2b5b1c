/** The arguments of `correlate-processes`. */
import { z } from 'zod';
import { defaultDown, defaultEvents, defaultUp } from '../processTree/arguments.ts';
import { duration } from '../shared/duration.ts';

export const defaultWithin = '10m';
export const defaultTop = 10;

const name = z.string().min(1);

export const correlateProcessesArguments = z
  .strictObject({
    with: name.describe('Table whose rows each name a device and a time, such as the result of find-scans.'),
    processes: name.default('DeviceProcessEvents').describe('Table of started processes.'),
    network: name
      .nullable()
      .optional()
      .describe(
        'Table of connections that tells which process opened them. Default: DeviceNetworkEvents when it is loaded; null to do without.',
      ),
    within: duration
      .default(defaultWithin)
      .describe('How long before and after the time to look: 30s, 10m, 1h.'),
    top: z
      .int()
      .min(1)
      .max(1000)
      .default(defaultTop)
      .describe('How many processes to list for each row of `with`.'),
    process: z
      .union([
        z.int().min(1),
        z.strictObject({
          id: z.int().min(0).describe('Process id.'),
          device: name.optional().describe('Its device, where processes of several have the id.'),
        }),
      ])
      .nullable()
      .default(1)
      .describe(
        'The process whose tree and events are shown: 1 for the one with the highest score, 2 for the next, or by its `id`; null: none.',
      ),
    up: z.int().min(0).max(20).default(defaultUp).describe('Levels of ancestors in the tree.'),
    down: z.int().min(0).max(10).default(defaultDown).describe('Levels of descendants in the tree.'),
    events: z
      .int()
      .min(0)
      .max(1000)
      .default(defaultEvents)
      .describe('How many network, file, registry and logon events the tree shows of each kind; 0: none.'),
    columns: z
      .strictObject({
        device: name
          .optional()
          .describe('Column of `with` that names the device. Default: found by its name.'),
        time: name
          .optional()
          .describe('Column of `with` with the time (datetime). Default: FirstSeen, Timestamp, ...'),
        end: name
          .optional()
          .describe('Column of `with` with the end of the activity. Default: LastSeen if there is one.'),
        source: name
          .optional()
          .describe('Column of `with` with the source address. Default: Source or LocalIP if there is one.'),
      })
      .prefault({})
      .describe('Columns of the table in `with`, where they are not found by themselves.'),
  })
  .describe('Ranks the processes that ran on a device when something happened there.');

export type CorrelateProcessesArguments = z.infer<typeof correlateProcessesArguments>;
