/** The arguments of `privileged-scripts`. */
import { z } from 'zod';
import { scriptHosts } from '../shared/scripts.ts';

/**
 * A script that runs everywhere, every day scores 0 and one seen once 100. What most devices run on most days stays below
 * 15, with several scripts of one agent side by side; a script that reaches every device on one day of a month is above.
 */
export const defaultMinimum = 15;

const name = z.string().min(1);

export const privilegedScriptsArguments = z
  .strictObject({
    in: name.default('DeviceProcessEvents').describe('Table of started processes.'),
    accounts: z
      .array(name)
      .default([])
      .describe(
        'More privileged accounts, such as domain admins: names, DOMAIN\\name, UPNs or SIDs; `*` stands for any text.',
      ),
    elevated: z
      .boolean()
      .default(true)
      .describe('Whether processes with an elevated token of any account count as privileged.'),
    hosts: z
      .array(name)
      .min(1)
      .default([...scriptHosts])
      .describe('File names of the programs that run scripts.'),
    minimum: z
      .number()
      .min(0)
      .max(100)
      .default(defaultMinimum)
      .describe('Scripts that are more common than this rarity are counted, not listed; 0 lists all.'),
    columns: z
      .strictObject({
        time: name.optional().describe('Time of the start (datetime). Default: Timestamp.'),
        device: name.optional().describe('Device. Default: DeviceName.'),
        file: name.optional().describe('Name or path of the program. Default: FileName.'),
        command: name.optional().describe('Command line. Default: ProcessCommandLine.'),
        account: name.optional().describe('Account that it runs as. Default: AccountName.'),
        sid: name.optional().describe('SID of that account. Default: AccountSid, if there is one.'),
        parent: name
          .optional()
          .describe('Program that started it. Default: InitiatingProcessFileName, if there is one.'),
      })
      .prefault({})
      .describe('Names of the columns, where they differ from DeviceProcessEvents.'),
  })
  .describe('Lists scripts that run with high privileges, rarest first.');

export type PrivilegedScriptsArguments = z.infer<typeof privilegedScriptsArguments>;
