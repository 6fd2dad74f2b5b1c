/** The documentation page of `timeline`. */
import { defaultBurst, defaultOutlier } from './arguments.ts';
import { leastDeviation, madScale, quickShare } from './query.ts';

export const timelineDocs = `# timeline

Brings findings and events of any tables into one order of time, and shows where it is quiet for unusually long and where
much happens at once.

\`\`\`hunt
timeline:
  from: [Scans, Suspects, DeviceFileEvents]
as: Timeline
\`\`\`

| argument | default | meaning |
|---|---|---|
| \`from\` | required | tables and results, in any order |
| \`outlier\` | ${defaultOutlier} | deviation from which the time between two events is a gap |
| \`burst\` | ${defaultBurst} | events in a row that make a burst |
| \`markers\` | \`true\` | whether gaps and bursts stand as rows of their own |
| \`columns\` | found by name | by table: \`time\`, \`device\`, \`account\`, \`what\` |

Of a large table bring in what matters: \`DeviceNetworkEvents | where DeviceName == "pc-1" | as Connections\`, then \`from: [Connections]\`.

## Method

- **Gap**: the time to the event before is an outlier among all such times. Times are compared as logarithms, by the modified
  z-score: distance from the median, divided by ${madScale} times the median absolute deviation (at least ${leastDeviation}, a factor of two). From
  ${defaultOutlier} on it is a gap (Iglewicz and Hoaglin, 1993; NIST/SEMATECH e-Handbook, 1.3.5.17).
- **Burst**: at least ${defaultBurst} events in a row, each following the one before in less than ${quickShare} of the average time between events. Of
  events at a steady random rate 9.5 % do, so that five in a row come about once in 12,000 events.

Both depend on what is in the timeline: with more tables, what is usual changes.

## Result

\`Timestamp, Source, Device, What, Account, Mark, SecondsSince, Details\`, oldest first. \`Source\` is the table, \`What\` its most telling columns,
\`Details\` the whole row as a bag. \`Mark\` is \`after a gap\` or \`in a burst\` on events; rows whose \`Source\` is \`gap\` or \`burst\` say how long
and how many, with \`Details.UsualSeconds\`. \`SecondsSince\` is the time since the event before.
`;
