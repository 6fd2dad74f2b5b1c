/** The documentation page of `correlate-processes`. */
import { defaultDown, defaultEvents, defaultUp } from '../processTree/arguments.ts';
import { defaultTop, defaultWithin } from './arguments.ts';
import { evidence, severityFrom } from './evidence.ts';

export const correlateProcessesDocs = `# correlate-processes

For each scan, or each row of any table with a device and a time, lists the processes that ran on that device around that
time, ranked by the evidence that they did it.

\`\`\`hunt
correlate-processes:
  with: Scans
  within: ${defaultWithin}
as: Suspects
\`\`\`

| argument | default | meaning |
|---|---|---|
| \`with\` | required | table whose rows name a device and a time |
| \`processes\` | \`DeviceProcessEvents\` | table of started processes |
| \`network\` | \`DeviceNetworkEvents\` if loaded | table of connections that names the process behind each; \`null\` to do without |
| \`within\` | \`${defaultWithin}\` | how long before and after the time to look |
| \`top\` | ${defaultTop} | processes to list for each row |
| \`process\` | 1 | the process whose tree is shown: by its place among all by score, or by \`{ id: 4242, device: pc }\`; \`null\`: none |
| \`up\`, \`down\` | ${defaultUp}, ${defaultDown} | levels of ancestors and descendants in the tree |
| \`events\` | ${defaultEvents} | events of each kind in the tree; 0: none |
| \`columns\` | found by name | \`device\`, \`time\`, \`end\`, \`source\` of the table in \`with\` |

## Evidence

A process scores the sum of what speaks for it, at most ${evidence.reduce((sum, { maxPoints }) => sum + maxPoints, 0)} points. The weights are this project's own judgement: what the
network log itself says counts most, then time, then how the process was started.

| points | evidence |
|---|---|
${evidence.map(({ maxPoints, about }) => `| ${maxPoints} | ${about} |`).join('\n')}

Severity is high from ${severityFrom.high}, medium from ${severityFrom.medium}, else low. A process that started before the time looked at is listed too when the network log
says that it opened a good share of the connections.

## Result

\`Rank, Score, Severity, DeviceName, Timestamp, FileName, ProcessId, ProcessCommandLine, AccountName,
InitiatingProcessFileName, InitiatingProcessCommandLine, SecondsBefore, ConnectionsOpened, EventSource, EventStart,
Reasons\`. \`Rank\` counts from 1 for each row of \`with\`; \`SecondsBefore\` is negative when the process started after it.

Under it stands the tree of the chosen process, as the step \`process-tree\` draws it: what started it up to what the log knows,
what it started, and its network, file, registry and logon events. A process is told from another with its id by its time of
creation. A process that only the network log knows has its events, and no ancestors.
`;
