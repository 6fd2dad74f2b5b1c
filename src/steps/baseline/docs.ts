/** The documentation page of `baseline`. */
import { defaultHunt, defaultMaxAge, defaultOutlier, defaultRare } from './arguments.ts';
import { leastDaysForVolume, madScale } from './query.ts';

export const baselineDocs = `# baseline

Learns what is normal for each device, user, process or hour of the week over a period, then shows what is new, rare or
unusually frequent in the period of the hunt. What was learned can be saved as a file that a team shares.

\`\`\`hunt
baseline:
  in: DeviceProcessEvents
  item: FileName
  per: [device, user]
  learn: { from: 2025-04-01, to: 2025-05-01 }
  hunt: { from: 2025-05-01, to: 2025-05-08 }
  save: processes.baseline.json
as: Unusual
\`\`\`

| argument | default | meaning |
|---|---|---|
| \`in\` | \`DeviceProcessEvents\` | table of events |
| \`item\` | found by name | columns that together are what is learned |
| \`per\` | \`[device]\` | for whom: \`device\`, \`user\`, \`process\`, \`hour-of-week\`, or columns; \`[]\` for all together |
| \`learn\` | all before the hunt | period to learn from: a duration, or \`from\` and \`to\` |
| \`hunt\` | \`${defaultHunt}\` | period to hunt in: a duration up to the last event, or \`from\` and \`to\` |
| \`from\` | none | file with a saved baseline, instead of learning |
| \`save\` | none | file inside the notebook's folder to save to; nothing is written without it |
| \`maxAge\` | \`${defaultMaxAge}\` | age from which a saved baseline is called stale |
| \`rare\` | ${defaultRare} | share of the learned days up to which an item is rare |
| \`outlier\` | ${defaultOutlier} | deviation from which a day's count is anomalous |
| \`columns\` | found by name | \`time\`, \`device\`, \`user\`, \`process\` |

With \`per: [user, hour-of-week]\` an item is new where that user never had it in that hour of that day (UTC): learn several weeks.

## Method

- **first-seen**: the entity never had the item in the learned period. \`SeenElsewhere\` says in how many other entities it is known; what is
  known nowhere comes first.
- **rare**: it was there on at most ${defaultRare * 100} % of the learned days.
- **volume**: the highest count of a day deviates by ${defaultOutlier} or more: (count - median) / max(${madScale} MAD, sqrt(median), 1), median and median
  absolute deviation over all learned days, those without the item included. This is the modified z-score (Iglewicz and Hoaglin, 1993;
  NIST/SEMATECH e-Handbook, 1.3.5.17); the square root is the deviation of counts (Poisson), for items whose days are all alike.
  With fewer than ${leastDaysForVolume} learned days volume is not judged. A hunt of less than a day is compared with whole days, which may miss but not raise.
- Severity is medium for what is first seen and known nowhere, and from a deviation of ${3 * defaultOutlier}; else low. Days are those of UTC; letter case is ignored.

## Result

\`Kind, Severity, Entity, Item, DeviceName, FirstSeen, LastSeen, HuntCount, MostADay, LearnedDays, LearnedCount, MedianADay, MadADay, Deviation,
SeenElsewhere, Reasons\`: one row an entity and item.

## The file

JSON, one entity and item a line, with table, item, per, period, events, days, source and the time of learning. Reading it tells its source and age, and
says when it is stale. A file that is empty, damaged, of a newer version, or learned from another table, item or grouping is refused.
`;
