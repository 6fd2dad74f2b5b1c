/** The documentation page of `process-tree`. */
import { defaultDown, defaultEvents, defaultUp } from './arguments.ts';

export const processTreeDocs = `# process-tree

Shows what started a process, what it started, and what it did, as a table and as a tree.

\`\`\`hunt
process-tree:
  of: Suspects        # from correlate-processes, or any table with DeviceName, ProcessId and a time
  rank: 1
as: Tree
\`\`\`

| argument | default | meaning |
|---|---|---|
| \`of\` | | table with the process |
| \`rank\` | 1 | which of its rows: by its column \`Rank\`, else counted by time |
| \`in\` | DeviceProcessEvents | table of started processes |
| \`up\`, \`down\` | ${defaultUp}, ${defaultDown} | levels of ancestors and descendants |
| \`events\` | ${defaultEvents} | kinds of network, file, registry and logon event shown of each; 0: none |

## Method

A process is its device, its id and its time of creation to the millisecond, as Microsoft Defender records them
(\`ProcessId\` with \`ProcessCreationTime\`, \`InitiatingProcessId\` with \`InitiatingProcessCreationTime\`): an id alone is used again by
the system. Where a log does not say when the parent was created, it is the last process of that id before. What started before the log
begins is known from the \`InitiatingProcess...\` columns of what it started, two levels up. Of a process in \`of\`, the last one with
that id that was created up to 2 s after the row's time is meant.

Events are those of \`DeviceNetworkEvents\`, \`DeviceFileEvents\`, \`DeviceRegistryEvents\` and \`DeviceLogonEvents\` whose initiating process
it is; equal ones are counted.

## Result

\`Level\` (negative above the process, 0 itself, positive below), \`Kind\`, \`Timestamp\`, \`DeviceName\`, \`ProcessId\`, \`FileName\`, \`CommandLine\`,
\`Account\`, \`Events\`, and \`Node\`, \`About\`, \`IsChosen\`, \`NodeKey\`, \`ParentKey\`, from which the tree is drawn.
`;
