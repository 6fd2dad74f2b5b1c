/** The arguments of `process-tree`. */
import { z } from 'zod';

/** Levels above: from a script to the session's first process there are rarely more. */
export const defaultUp = 8;
/** Levels below: what a dropper starts, and what that starts. */
export const defaultDown = 4;
/** Most rows of one kind of event. */
export const defaultEvents = 50;

const tableName = z.string().min(1);

export const processTreeArguments = z
  .strictObject({
    of: tableName.describe(
      'Table with the process: DeviceName, ProcessId and a time, such as Suspects of correlate-processes.',
    ),
    rank: z
      .number()
      .int()
      .min(1)
      .default(1)
      .describe('Which of its rows: by its column Rank where it has one, else counted by time.'),
    in: tableName.default('DeviceProcessEvents').describe('Table of started processes.'),
    up: z.number().int().min(0).max(20).default(defaultUp).describe('Levels of ancestors.'),
    down: z.number().int().min(0).max(10).default(defaultDown).describe('Levels of descendants.'),
    events: z
      .number()
      .int()
      .min(0)
      .max(1000)
      .default(defaultEvents)
      .describe(
        'How many network, file, registry and logon events of the process are shown of each kind; 0: none.',
      ),
  })
  .describe('Shows what started a process, what it started, and what it did.');

export type ProcessTreeArguments = z.infer<typeof processTreeArguments>;
