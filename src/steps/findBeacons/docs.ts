/** The documentation page of `find-beacons`. */
import { leastSources } from './arguments.ts';
import { drawnBeacons } from './query.ts';

export const findBeaconsDocs = `# find-beacons

Lists who calls whom **regularly**: implants ask for orders at fixed intervals, with some jitter, in small and similar
requests, day and night. The score is that of RITA v5 (Active Countermeasures, \`analysis/beacons.go\`).

\`\`\`hunt
find-beacons:
  in: DeviceNetworkEvents
  exclude: [123, 10.0.0.0/24, backup-agent.exe]
as: Beacons
\`\`\`

| argument | default | meaning |
|---|---|---|
| \`in\` | \`DeviceNetworkEvents\` | table of connections: Defender, Zeek conn, or a firewall's |
| \`minimum\` | 50 | beacons that score less are not listed |
| \`exclude\` | \`[123]\` (time servers) | addresses and CIDR ranges of either end, device names, programs, ports |
| \`thresholds\` | RITA's | \`connections\` 4, \`strobe\` 86400, \`activeParts\` 6, \`idealRun\` 12, \`bimodalParts\` 11, \`heightShare\` 0.05, \`outliers\` 1, \`medium\` 70, \`high\` 90 |
| \`weights\` | 0.25 each | \`timestamp\`, \`size\`, \`histogram\`, \`duration\` |
| \`prevalence\` | \`{ rare: 0.02, common: 0.5, points: 15 }\` | what a rare destination gains and a common one loses |
| \`explain\` | none | a source whose intervals are drawn as a histogram |
| \`columns\` | found by name | \`time\`, \`source\`, \`destination\`, \`port\`, \`device\`, \`action\`, \`process\`, \`bytes\`; \`destination: RemoteUrl\` follows a name over its addresses |
| \`attempts\` | outbound action types | values of \`action\` that are connections from the source; \`[]\` takes every row |

## Method

Calls are grouped by source, device, destination and port. At least 4 must lie in different seconds. The score is the
weighted sum of four parts, each from 0 to 1:

| part | how |
|---|---|
| timestamp | mean of 1 - abs(Bowley skewness) and (median - MAD) / median of the intervals that are not 0. Skewness is (Q1 + Q3 - 2 Q2) / (Q3 - Q1), and 0 when the quartiles lie less than 10 s apart or the median is one of them. Jitter widens the intervals evenly on both sides, so it costs little |
| size | the same of the bytes that the source sent. A log without sizes is scored by the other three parts |
| histogram | the time that the log covers is cut into 24 parts. The better of 1 - coefficient of variation, and of the share of active parts that have one of the two most frequent heights (from 11 active parts; heights within 5 % of the highest are one; one part may differ) |
| duration | from 6 active parts: the better of the share of the log's time from first to last call, and of the longest run of active parts (around the end) over 12 |

Where the log has at least ${leastSources} sources, a destination that at most 2 % of them call gains 15 points, and one that at least half of
them call loses 15: updates and monitoring call regularly too, but from everywhere. From 86,400 calls a day it is a
**strobe**: severity high, not scored. Else severity is high from 90, medium from 70, low from 50.

Differences from RITA: it looks at the last day, this step at all that the log covers (filter the table first to look at a
day); it groups by host pair or name without the port, and it knows first-seen dates and threat intelligence.

## Result

\`Source, DeviceName, Destination, Port, Kind, Severity, Score, BeaconScore, TimestampScore, SizeScore, HistogramScore,
DurationScore, Modifier, Prevalence, Connections, FirstSeen, LastSeen, IntervalMedian, Jitter, Intervals, Histogram, Reasons,
Method\`. \`BeaconScore\` is the score before prevalence; \`IntervalMedian\` is in seconds; \`Jitter\` is the median deviation as a
share of it; \`Intervals\` holds the intervals with how often each occurred, \`Histogram\` the calls in each of the 24 parts.
Under the list, the intervals of the ${drawnBeacons} best are drawn as a histogram: a beacon is a narrow hill, people are a long slope.
\`explain\` draws those of one source instead.
`;
