/** The documentation page of `find-scans`. */
import { defaultHosts, defaultMinimum, defaultPorts, defaultWindow } from './arguments.ts';
import { maxPoints, severityFrom } from './score.ts';

export const findScansDocs = `# find-scans

Lists sources that try many ports on one host (**vertical**), one port on many hosts (**horizontal**) or many of both
(**block**), with a score and the reasons for it.

\`\`\`hunt
find-scans:
  in: DeviceNetworkEvents
  window: ${defaultWindow}
  exclude: [10.0.0.42]        # the licensed scanner
as: Scans
\`\`\`

| argument | default | meaning |
|---|---|---|
| \`in\` | \`DeviceNetworkEvents\` | table of connections |
| \`window\` | \`${defaultWindow}\` | how long a time counts together |
| \`exclude\` | none | sources that may scan: addresses or CIDR ranges |
| \`thresholds.ports\` | ${defaultPorts} | distinct ports on one host that make a scan |
| \`thresholds.hosts\` | ${defaultHosts} | distinct hosts on one port that make a scan |
| \`minimum\` | ${defaultMinimum} | scans that score less are not listed |
| \`columns\` | those of Defender | \`time\`, \`source\`, \`destination\`, \`port\`, \`device\`, \`action\` of another table; \`action: null\` when the log does not say what failed |
| \`attempts\` | outbound action types | values of \`action\` that are connections from the source; \`[]\` takes every row |
| \`failed\` | \`[ConnectionFailed]\` | values of \`action\` that mean that the connection failed |

## Method

1. Attempts are counted for each source and device, target host and port. Connections that a host accepts, and those to
   itself, are no attempts.
2. Windows overlap: one starts every fifth of its length. What takes no longer than four fifths of a window lies whole in
   one of them, wherever the clock cuts.
3. A window counts when one host was tried on ${defaultPorts} ports or one port on ${defaultHosts} hosts (the defaults of
   Zeek's \`policy/misc/scan.zeek\`, which counts in 5 minutes), or when failed attempts reach both numbers spread out.
4. Attempts of one source that lie less than a window apart are one scan, however long it goes on. Where most attempts
   fail, what the same hosts answered more than 30 s before the first or after the last failure is left out.
5. At most 5 hosts make a scan vertical, at most 5 ports horizontal, more of both a block (bro-simple-scan,
   \`scan.zeek:139-163\`).

## Score

| points | for | how |
|---|---|---|
| ${maxPoints.breadth} | breadth | half at the threshold, all at four times it |
| ${maxPoints.failure} | failures | in proportion to the failed share of the attempts |
| ${maxPoints.sequence} | sequence | in proportion to the longest run of consecutive ports among all ports; in full only when half of the attempts failed, because passive FTP and RPC hand out consecutive ports that answer |
| ${maxPoints.freshness} | freshness | targets for each attempt: a scan tries each once, monitoring comes back |
| ${maxPoints.rate} | rate | all from one attempt a second, half from one in ten seconds |

Severity is high from ${severityFrom.high}, medium from ${severityFrom.medium}, else low. Without known outcomes the other
points are brought to a scale of 100.

## Result

\`Source, DeviceName, Kind, Severity, Score, FirstSeen, LastSeen, Ports, Hosts, Attempts, Failures, FailureRatio,
RatePerSecond, LongestPortRun, PortRunShare, PortSample, HostSample, Reasons\`: one row a scan, best evidence first. A
licensed scanner scans too, and is listed until it is excluded. A scan slower than the thresholds in one window is not
found; lengthen \`window\` to look for it.
`;
