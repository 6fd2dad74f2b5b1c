/** The KQL of `find-scans`. */
import { kqlName, kqlString, kqlTimespan } from '../../kql/kqlText.ts';
import type { ConnectionTable } from '../shared/connections.ts';
import { points, scaleWithoutOutcome, severityFrom } from './score.ts';
import type { Points } from './score.ts';

export interface ScanQuery {
  readonly from: ConnectionTable;
  readonly windowMs: number;
  readonly exclude: readonly string[];
  readonly thresholds: { readonly ports: number; readonly hosts: number };
  readonly minimum: number;
}

/**
 * Windows start every fifth of their length, so what takes no longer than four fifths of a window lies whole in one of
 * them, wherever the clock cuts; what takes longer is put together again from the windows that it fills.
 */
const hops = 5;

/**
 * bro-simple-scan `scan.zeek:139-163`: at most 5 victims make a port scan, at most 5 ports an address scan, more of both
 * a block.
 */
const narrow = 5;

/** A complete KQL query whose rows are scans, best evidence first. */
export function scanQuery(query: ScanQuery): string {
  return [attempts(query), windows(query), members(query), scans(query), result(query)].join('\n');
}

function attempts({ from, exclude, windowMs }: ScanQuery): string {
  return lines(
    `// Connection attempts: one row for each source, target and fifth of a window.`,
    `let _Attempts = ${kqlName(from.table)}`,
    from.isAttempt !== undefined && `| where ${from.isAttempt}`,
    `| project Time = ${from.time}, Source = ${from.source}, DeviceName = ${from.device},`,
    `    Host = ${from.destination}, Port = ${from.port}, Failed = ${from.isFailed ?? 'false'}`,
    `| where isnotnull(Time) and isnotnull(Port) and isnotempty(Source) and isnotempty(Host)`,
    `| where Host != Source and Host !startswith "127." and Host != "::1"`,
    ...exclude.map((range) => `| where not(${inRange('Source', range)})`),
    `| summarize Attempts = count(), Failures = countif(Failed), FirstSeen = min(Time), LastSeen = max(Time)`,
    `    by Source, DeviceName, Host, Port, Slot = bin(Time, ${kqlTimespan(hopMs(windowMs))});`,
  );
}

function windows({ windowMs }: ScanQuery): string {
  return lines(
    `// Overlapping windows: each slot belongs to the ${hops} windows that cover it.`,
    `let _Windows = union`,
    Array.from(
      { length: hops },
      (_, hop) => `    (_Attempts | extend Window = Slot - ${hop} * ${kqlTimespan(hopMs(windowMs))})`,
    ).join(',\n') + ';',
  );
}

function members(query: ScanQuery): string {
  const { ports, hosts } = query.thresholds;
  return lines(
    `// Many ports on one host.`,
    `let _Vertical = ${crowded(query, '_Windows', 'Host', 'Port', ports)};`,
    `// Many hosts on one port.`,
    `let _Horizontal = ${crowded(query, '_Windows', 'Port', 'Host', hosts)};`,
    `// Many of both in no order, each host and port seldom: failed attempts only.`,
    `let _Spread = _Windows`,
    `| where Failures > 0`,
    `| summarize Hosts = count_distinct(Host), Ports = count_distinct(Port) by Source, DeviceName, Window`,
    `| where Hosts >= ${hosts} and Ports >= ${ports}`,
    `| project Source, DeviceName, Window;`,
    `// The attempts that belong to any of these, each once.`,
    `let _Members = union`,
    `    (_Windows | join kind=inner _Vertical on Source, DeviceName, Window, Host),`,
    `    (_Windows | join kind=inner _Horizontal on Source, DeviceName, Window, Port),`,
    `    (_Windows | where Failures > 0 | join kind=inner _Spread on Source, DeviceName, Window)`,
    `| summarize Attempts = max(Attempts), Failures = max(Failures), FirstSeen = min(FirstSeen), LastSeen = max(LastSeen)`,
    `    by Source, DeviceName, Host, Port, Slot;`,
  );
}

/**
 * Windows in which one `by` (a host, a port) was tried with at least `limit` values of `across`, and that could reach the
 * minimum score: ports may turn out to be all consecutive. This keeps a busy but healthy source's traffic out of its scan.
 */
function crowded(
  query: ScanQuery,
  from: string,
  by: 'Host' | 'Port',
  across: 'Host' | 'Port',
  limit: number,
): string {
  const best = pointsFor(query, {
    breadth: `(1.0 * Targets / ${limit})`,
    failureRatio: `(1.0 * Failures / Attempts)`,
    runShare: by === 'Host' ? '1.0' : '0.0',
    freshness: `(1.0 * Targets / Attempts)`,
    ratePerSecond: ratePerSecond,
  });
  return lines(
    from,
    `| summarize Attempts = sum(Attempts), Failures = sum(Failures), FirstSeen = min(FirstSeen), LastSeen = max(LastSeen)`,
    `    by Source, DeviceName, Window, ${by}, ${across}`,
    `| summarize Targets = count(), Attempts = sum(Attempts), Failures = sum(Failures), FirstSeen = min(FirstSeen), LastSeen = max(LastSeen)`,
    `    by Source, DeviceName, Window, ${by}`,
    `| where Targets >= ${limit}`,
    `| where ${total(best, query)} >= ${query.minimum}`,
    `| project Source, DeviceName, Window, ${by}`,
  );
}

function scans({ windowMs }: ScanQuery): string {
  return lines(
    `// Attempts of one source that are less than a window apart are one scan.`,
    `let _Sessions = _Members`,
    `| sort by Source asc, DeviceName asc, Slot asc`,
    `| extend IsNew = Source != prev(Source) or DeviceName != prev(DeviceName) or Slot - prev(Slot) > ${kqlTimespan(windowMs)}`,
    `| extend Scan = row_cumsum(iff(IsNew, 1, 0));`,
    `// Where most attempts fail, what the same hosts answered well before or after the failures is everyday traffic.`,
    `let _Scans = _Sessions`,
    `| join kind=inner (_Sessions`,
    `    | summarize FirstFailure = minif(FirstSeen, Failures > 0), LastFailure = maxif(LastSeen, Failures > 0),`,
    `        FailedShare = 1.0 * sum(Failures) / sum(Attempts) by Scan) on Scan`,
    `| where FailedShare < 0.5 or Failures > 0 or (LastSeen >= FirstFailure - ${margin} and FirstSeen <= LastFailure + ${margin})`,
    `| summarize Attempts = sum(Attempts), Failures = sum(Failures), FirstSeen = min(FirstSeen), LastSeen = max(LastSeen)`,
    `    by Scan, Source, DeviceName, Host, Port;`,
    `// How sequential the ports are: the longest run of consecutive ones.`,
    `let _Ports = _Scans`,
    `| distinct Scan, Port`,
    `| sort by Scan asc, Port asc`,
    `| extend Run = row_cumsum(iff(Scan == prev(Scan) and Port == prev(Port) + 1, 0, 1)),`,
    `    Place = row_cumsum(1, Scan != prev(Scan));`,
    `let _Runs = _Ports`,
    `| summarize Length = count() by Scan, Run`,
    `| summarize LongestPortRun = max(Length), Ports = sum(Length) by Scan;`,
    `let _Hosts = _Scans`,
    `| distinct Scan, Host`,
    `| sort by Scan asc, Host asc`,
    `| extend Place = row_cumsum(1, Scan != prev(Scan));`,
    `let _Samples = _Ports`,
    `| where Place <= ${sampleSize}`,
    `| summarize FirstPorts = make_set(Port) by Scan`,
    `| join kind=inner (_Hosts | summarize Hosts = count(), FirstHosts = make_set_if(Host, Place <= ${sampleSize}) by Scan) on Scan;`,
  );
}

function result(query: ScanQuery): string {
  const { ports, hosts } = query.thresholds;
  const isOutcomeKnown = query.from.isFailed !== undefined;
  const scored = pointsFor(query, {
    breadth: 'Breadth',
    failureRatio: 'FailureRatio',
    runShare: `iff(Ports >= ${ports}, PortRunShare, 0.0)`,
    freshness: '(1.0 * Targets / Attempts)',
    ratePerSecond: 'RatePerSecond',
  });
  return lines(
    `_Scans`,
    `| summarize Targets = count(), Attempts = sum(Attempts), Failures = sum(Failures), FirstSeen = min(FirstSeen),`,
    `    LastSeen = max(LastSeen) by Scan, Source, DeviceName`,
    `| join kind=inner _Runs on Scan`,
    `| join kind=inner _Samples on Scan`,
    `| extend FailureRatio = ${isOutcomeKnown ? 'round(1.0 * Failures / Attempts, 3)' : 'real(null)'},`,
    `    PortRunShare = round(1.0 * LongestPortRun / Ports, 3), RatePerSecond = round(${ratePerSecond}, 3),`,
    `    Breadth = max_of(1.0, 1.0 * Ports / ${ports}, 1.0 * Hosts / ${hosts})`,
    `| extend PBreadth = ${scored.breadth}, PFailure = ${scored.failure},`,
    `    PSequence = ${scored.sequence},`,
    `    PFresh = ${scored.freshness}, PRate = ${scored.rate}`,
    `| extend Score = tolong(round(${total({ breadth: 'PBreadth', failure: 'PFailure', sequence: 'PSequence', freshness: 'PFresh', rate: 'PRate' }, query)}))`,
    `| where Score >= ${query.minimum}`,
    `| extend Kind = case(Hosts <= ${narrow}, "vertical", Ports <= ${narrow}, "horizontal", "block"),`,
    `    Severity = case(Score >= ${severityFrom.high}, "high", Score >= ${severityFrom.medium}, "medium", "low"),`,
    `    PortSample = ${sample('FirstPorts', 'Ports')}, HostSample = ${sample('FirstHosts', 'Hosts')}`,
    `| extend Reasons = strcat(${reasons(isOutcomeKnown).join(',\n        ')})`,
    `| project Source, DeviceName, Kind, Severity, Score, FirstSeen, LastSeen, Ports, Hosts, Attempts, Failures, FailureRatio,`,
    `    RatePerSecond, LongestPortRun, PortRunShare, PortSample, HostSample, Reasons`,
    `| sort by Score desc, FirstSeen asc, Source asc, DeviceName asc`,
  );
}

/** A scan meets few open ports in a row: its first failure comes soon after its first attempt. */
const margin = '30s';

const ratePerSecond = '(1.0 * Attempts / max_of(1.0, (LastSeen - FirstSeen) / 1s))';

/** Each reason with the points that it gave. */
function reasons(isOutcomeKnown: boolean): readonly string[] {
  const gave = (column: string): string => `" (+", tolong(round(${column})), ")"`;
  return [
    `Ports, iff(Ports == 1, " port", " ports"), " on ", Hosts, iff(Hosts == 1, " host", " hosts"), ${gave('PBreadth')}`,
    isOutcomeKnown
      ? `"; ", round(100.0 * FailureRatio, 1), "% of ", Attempts, " attempts failed", ${gave('PFailure')}`
      : `"; ", Attempts, " attempts, the log does not say which failed"`,
    `iff(PSequence > 0.5, strcat("; ", LongestPortRun, " consecutive ports, ", round(100.0 * PortRunShare, 1), "% of all", ${gave('PSequence')}), "")`,
    `"; ", round(1.0 * Attempts / Targets, 1), " attempts a target", ${gave('PFresh')}`,
    `"; ", RatePerSecond, " attempts a second", ${gave('PRate')}`,
  ];
}

const sampleSize = 10;

const sample = (first: string, count: string): string =>
  `strcat(strcat_array(array_sort_asc(${first}), ", "), iff(${count} > ${sampleSize}, ", ...", ""))`;

function pointsFor(query: ScanQuery, measured: Parameters<typeof points>[0]): Points {
  return points(measured, query.from.isFailed !== undefined);
}

function total(each: Points, query: ScanQuery): string {
  const sum = `(${each.breadth} + ${each.failure} + ${each.sequence} + ${each.freshness} + ${each.rate})`;
  return query.from.isFailed === undefined ? `${scaleWithoutOutcome} * ${sum}` : sum;
}

const hopMs = (windowMs: number): number => Math.ceil(windowMs / hops);

function inRange(column: string, range: string): string {
  if (!range.includes('/')) return `${column} =~ ${kqlString(range)}`;
  const test = range.includes(':') ? 'ipv6_is_in_range' : 'ipv4_is_in_range';
  return `${test}(${column}, ${kqlString(range)})`;
}

function lines(...parts: readonly (string | false)[]): string {
  return parts.filter((part) => part !== false).join('\n');
}
