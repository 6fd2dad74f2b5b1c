/** The documentation page of `find-scans`. */
import {
  defaultHosts,
  defaultMinimum,
  defaultPorts,
  defaultSlow,
  defaultSources,
  defaultWindow,
} from './arguments.ts';
import { maxPoints, severityFrom } from './score.ts';

export const findScansDocs = `# find-scans

Lists who scans the network: many ports on one host (**vertical**), one port on many hosts (**horizontal**), many of both
(**block**), any of these over hours or days (**slow**), or shared among many sources (**distributed**), with a score, the
reasons for it and the verdict of Threshold Random Walk.

\`\`\`hunt
find-scans:
  in: DeviceNetworkEvents
  window: ${defaultWindow}
  exclude: [10.0.0.42, vulnscan-01, 9182]   # the licensed scanner, monitoring
as: Scans
\`\`\`

| argument | default | meaning |
|---|---|---|
| \`in\` | \`DeviceNetworkEvents\` | table of connections: Defender, Zeek conn, CommonSecurityLog, ASIM, or any other by \`columns\` |
| \`window\` | \`${defaultWindow}\` | how long a time counts together |
| \`slow\` | \`${defaultSlow}\` | how long first contacts count together for slow and distributed scans |
| \`kinds\` | all five | kinds to look for |
| \`exclude\` | none | known scanners: addresses, CIDR ranges, device names; noisy services: ports as numbers, programs by file name |
| \`thresholds.ports\` | ${defaultPorts} | distinct ports on one host that make a scan (Zeek) |
| \`thresholds.hosts\` | ${defaultHosts} | distinct hosts on one port that make a scan (Zeek) |
| \`thresholds.sources\` | ${defaultSources} | sources that share a distributed scan |
| \`minimum\` | ${defaultMinimum} | scans that score less are not listed |
| \`trw\` | \`{ alpha: 0.01, beta: 0.99, theta0: 0.8, theta1: 0.2 }\` | constants of Threshold Random Walk |
| \`methods\` | none | \`[trw, zeek, simple-scan, snort, sentinel]\`: these side by side instead |
| \`constants\` | published | constants of each of the methods |
| \`explain\` | none | a source, by address or device, whose running score is drawn instead |
| \`columns\` | found by name | \`time\`, \`source\`, \`destination\`, \`port\`, \`device\`, \`action\`, \`process\` of another table; \`action: null\` when the log does not say what failed |
| \`attempts\` | outbound action types | values of \`action\` that are connections from the source; \`[]\` takes every row |
| \`failed\` | those of known logs | values of \`action\` that mean that the connection failed: \`ConnectionFailed\`; Zeek's S0, REJ, RSTOS0, RSTRH, SH, SHR; deny, drop, block, reject, reset of firewalls |

## Method

1. Attempts are counted for each source and device, target host and port. Connections that a host accepts, and those to
   itself, are no attempts.
2. Windows overlap: one starts every fifth of its length. What takes no longer than four fifths of a window lies whole in
   one of them, wherever the clock cuts.
3. A window counts when one host was tried on ${defaultPorts} ports or one port on ${defaultHosts} hosts (the defaults of
   Zeek's \`policy/misc/scan.zeek\`, which counts in 5 minutes), or when other failed attempts reach both numbers, or
   ${2 * defaultHosts} targets on more than 5 hosts and ports, spread out. A third as many attempts as the threshold must have failed.
4. Attempts of one source that lie less than a window apart are one scan, however long it goes on. Where most attempts
   fail, what the same hosts answered more than 30 s before the first or after the last failure is left out.
5. At most 5 hosts make a scan vertical, at most 5 ports horizontal, more of both a block (bro-simple-scan,
   \`scan.zeek:139-163\`).
6. **Slow**: the same thresholds over \`slow\`, on first contacts, and longer than a window. Targets that never answered are
   the failures. Targets that answered more than twice or were asked more than ten times are everyday traffic.
7. **Distributed**: targets that never answered anybody, on one host or in one network (/24; /16 of private addresses), at
   which at least ${defaultSources} sources fail and none at more than half. Coverage with little overlap is what tells sources that divide a
   target set (Gates, Coordinated Scan Detection, NDSS 2009). \`Source\` then lists the sources.

Slow and distributed scans, and the random walk, show by failures: a log that does not tell them has the first three kinds.

## Score

| points | for | how |
|---|---|---|
| ${maxPoints.breadth} | breadth | half at the threshold, all at four times it |
| ${maxPoints.failure} | failures | in proportion to the failed share of the attempts |
| ${maxPoints.sequence} | sequence | in proportion to the longest run of consecutive ports among all ports; in full only when half of the attempts failed, because passive FTP and RPC hand out consecutive ports that answer |
| ${maxPoints.freshness} | freshness | targets for each attempt: a scan tries each once, monitoring comes back |
| ${maxPoints.rate} | rate | all from one attempt a second, half from one in ten seconds |

Severity is high from ${severityFrom.high}, medium from ${severityFrom.medium}, else low. Without known outcomes, and for slow and distributed scans
without the rate, the other points are brought to a scale of 100.

**Threshold Random Walk** (Jung, Paxson, Berger, Balakrishnan, IEEE S&P 2004) is shown beside the score. First contacts with
each host move a walk: a failure by ln((1 - theta1) / (1 - theta0)), a success by ln(theta1 / theta0). The first bar that it
crosses, ln(beta / alpha) or ln((1 - beta) / (1 - alpha)), is the verdict \`Trw\`, after \`TrwContacts\` contacts. With the
defaults of \`trw.bro\` that is +1 and -1, between +4 (scanner) and -4 (benign). Contacts do not expire here, so that slowing
down evades nothing. It counts hosts, so it says nothing of a scan of one host.

## Methods side by side

\`methods\` runs published detectors on the same connections: one row a source that any of them flags, with \`Agree\`, a column
for each and what it counted. Their thresholds are \`constants\`.

| method | flags |
|---|---|
| \`trw\` | a walk over first contacts with hosts that crosses the bar of scanners first |
| \`zeek\` | 15 failed ports on one host, or 25 hosts failed on one port, in 5 minutes (\`policy/misc/scan.zeek\`) |
| \`simple-scan\` | 25 failed targets of a public source, 250 of a private one, until 15 minutes idle; or 20 hosts on one port of a public one (bro-simple-scan \`scan.zeek:56-87\`; dark hosts are not known) |
| \`snort\` | in 90 s, 10 failures (or 200 attempts) on 15 ports of one host; or a sweep: 7 failures (or 30 attempts) over 7 hosts on at most 10 ports (Snort 3 \`port_scan\`, medium, TCP) |
| \`sentinel\` | more than 50 distinct ports of a public source in 5 minutes (Port scan detected, ASIM) |

\`explain: 10.0.0.5\` draws the walk of one source contact by contact, over hosts and over hosts with ports, with the two bars,
up to shortly after it crosses one.

## Result

\`Source, DeviceName, Kind, Severity, Score, FirstSeen, LastSeen, Ports, Hosts, Attempts, Failures, FailureRatio,
RatePerSecond, LongestPortRun, PortRunShare, PortSample, HostSample, Reasons, Shape, Sources, Trw, TrwContacts, Method\`: one
row a scan, best evidence first. \`Shape\` tells what a slow or distributed scan looks like. A licensed scanner scans too, and
is listed until it is excluded.
`;
