/** From the attempts that belong to scans to one row a scan, with score and reasons. */
import { kqlString, kqlTimespan } from '../../kql/kqlText.ts';
import { blockTargets, narrow } from './fast.ts';
import { scaleWithoutRate, severityFrom } from './score.ts';
import {
  hopOf,
  knowsOutcome,
  lines,
  pointsFor,
  ratePerSecond,
  scanKinds,
  slowHops,
  total,
  type ScanQuery,
} from './scanQuery.ts';
import { verdictKql, walkKql } from './walk.ts';

/** A scan meets few open ports in a row: its first failure comes soon after its first attempt. */
const margin = '30s';

const sampleSize = 10;

/** `_Scans`: each target of each scan once; scans of one source, or at one target set, are parted where it pauses. */
export function sessions({ windowMs, slowMs }: ScanQuery, members: readonly string[]): string {
  return lines(
    `// Attempts of one source (of one target set, when distributed) that follow soon enough on each other are one scan.`,
    `let _Sessions = materialize(union ${members.join(', ')}`,
    `| sort by Pace asc, Key asc, KeyDevice asc, Slot asc`,
    `| extend IsNew = Pace != prev(Pace) or Key != prev(Key) or KeyDevice != prev(KeyDevice)`,
    `    or Slot - prev(Slot) > iff(Pace == "fast", ${kqlTimespan(windowMs)}, ${kqlTimespan(hopOf(slowMs, slowHops))})`,
    `| extend Scan = row_cumsum(iff(IsNew, 1, 0)));`,
    `// Where most attempts fail, what the same hosts answered well before or after the failures is everyday traffic.`,
    `let _Scans = materialize(_Sessions`,
    `| join kind=inner (_Sessions`,
    `    | summarize FirstFailure = minif(FirstSeen, Failures > 0), LastFailure = maxif(LastSeen, Failures > 0),`,
    `        FailedShare = 1.0 * sum(Failures) / sum(Attempts) by Scan) on Scan`,
    `| where Pace != "fast" or FailedShare < 0.5 or Failures > 0 or (LastSeen >= FirstFailure - ${margin} and FirstSeen <= LastFailure + ${margin})`,
    `| summarize Attempts = sum(Attempts), Failures = sum(Failures), FirstSeen = min(FirstSeen), LastSeen = max(LastSeen)`,
    `    by Scan, Pace, Source, DeviceName, Host, Port);`,
    `// How sequential the ports are: the longest run of consecutive ones.`,
    `let _Ports = _Scans`,
    `| distinct Scan, Port`,
    `| sort by Scan asc, Port asc`,
    `| extend Run = row_cumsum(iff(Scan == prev(Scan) and Port == prev(Port) + 1, 0, 1)),`,
    `    Place = row_cumsum(1, Scan != prev(Scan));`,
    `let _Runs = _Ports`,
    `| summarize Length = count() by Scan, Run`,
    `| summarize LongestPortRun = max(Length), Ports = sum(Length) by Scan;`,
    sampled('Host'),
    sampled('Source'),
    sampled('DeviceName'),
    `let _Samples = _Ports`,
    `| where Place <= ${sampleSize}`,
    `| summarize FirstPorts = make_set(Port) by Scan`,
    ...['Host', 'Source', 'DeviceName'].map((column) => `| join kind=inner _${column}s on Scan`),
    `| project Scan, FirstPorts, Hosts, FirstHosts, Sources, FirstSources, DeviceNames, FirstDeviceNames;`,
  );
}

/** `_Hosts` with `Hosts`, how many there are, and `FirstHosts`, the first of them; so for any column. */
function sampled(column: 'Host' | 'Source' | 'DeviceName'): string {
  return lines(
    `let _${column}s = _Scans`,
    `| distinct Scan, ${column}`,
    `| sort by Scan asc, ${column} asc`,
    `| extend Place = row_cumsum(1, Scan != prev(Scan))`,
    `| summarize ${column}s = count(), First${column}s = make_set_if(${column}, Place <= ${sampleSize}) by Scan;`,
  );
}

/** The rows of the result, best evidence first, with the verdict of the random walk on each source. */
export function scanRows(query: ScanQuery): string {
  const { ports, hosts } = query.thresholds;
  const isOutcomeKnown = knowsOutcome(query);
  const breadth = `max_of(1.0, 1.0 * Ports / ${ports}, 1.0 * Hosts / ${hosts})`;
  const scored = pointsFor(query, {
    breadth: 'Breadth',
    failureRatio: 'FailureRatio',
    runShare: `iff(Ports >= ${ports}, PortRunShare, 0.0)`,
    freshness: '(1.0 * Targets / Attempts)',
    ratePerSecond: 'RatePerSecond',
  });
  const columns = {
    breadth: 'PBreadth',
    failure: 'PFailure',
    sequence: 'PSequence',
    freshness: 'PFresh',
    rate: 'PRate',
  };
  return lines(
    `let _Found = materialize(_Scans`,
    `| summarize Pairs = count(), Attempts = sum(Attempts), Failures = sum(Failures), FirstSeen = min(FirstSeen), LastSeen = max(LastSeen),`,
    `    Targets = count_distinct(strcat(Host, " ", Port)) by Scan, Pace`,
    `| join kind=inner _Runs on Scan`,
    `| join kind=inner _Samples on Scan`,
    `| extend FailureRatio = ${isOutcomeKnown ? 'round(1.0 * Failures / Attempts, 3)' : 'real(null)'},`,
    `    PortRunShare = round(1.0 * LongestPortRun / Ports, 3), RatePerSecond = round(${ratePerSecond}, 3),`,
    `    Breadth = ${breadth}`,
    `| extend PBreadth = ${scored.breadth}, PFailure = ${scored.failure ?? '0.0'},`,
    `    PSequence = ${scored.sequence ?? '0.0'},`,
    `    PFresh = ${scored.freshness}, PRate = iff(Pace == "fast", ${scored.rate ?? '0.0'}, 0.0)`,
    `| extend Score = tolong(round(iff(Pace == "fast", 1.0, ${scaleWithoutRate}) * ${total(columns, query)}))`,
    // What is left of a scan without the targets that belong to another may be too little for one.
    `| where Ports >= ${ports} or Hosts >= ${hosts} or Targets >= ${blockTargets(hosts)}`,
    `| where Pace != "distributed" or Sources >= ${query.thresholds.sources}`,
    `| where Score >= ${query.minimum} and (Pace != "slow" or LastSeen - FirstSeen > ${kqlTimespan(query.windowMs)})`,
    `| extend Shape = case(Hosts <= ${narrow}, "vertical", Ports <= ${narrow}, "horizontal", "block")`,
    `| extend Kind = iff(Pace == "fast", Shape, Pace)`,
    query.kinds.length < scanKinds.length && `| where Kind in (${query.kinds.map(kqlString).join(', ')})`,
    `| extend Source = ${sample('FirstSources', 'Sources')}, DeviceName = ${sample('FirstDeviceNames', 'DeviceNames')}`,
    `| extend Severity = case(Score >= ${severityFrom.high}, "high", Score >= ${severityFrom.medium}, "medium", "low"),`,
    `    PortSample = ${sample('FirstPorts', 'Ports')}, HostSample = ${sample('FirstHosts', 'Hosts')}`,
    `| extend Reasons = strcat(${reasons(isOutcomeKnown).join(',\n        ')}));`,
    isOutcomeKnown && `// What Threshold Random Walk says of each source that was found.`,
    isOutcomeKnown && `let _Walkers = _Found | distinct Source, DeviceName;`,
    isOutcomeKnown && `let _Walk = ${walkKql(query.walk)};`,
    isOutcomeKnown && `let _Verdicts = ${verdictKql(query.walk)};`,
    `_Found`,
    isOutcomeKnown && `| join kind=leftouter _Verdicts on Source, DeviceName`,
    `| extend ${isOutcomeKnown ? 'Trw = coalesce(Trw, "")' : 'Trw = "", TrwContacts = long(null)'}, Method = ${method(query)}`,
    `| project Source, DeviceName, Kind, Severity, Score, FirstSeen, LastSeen, Ports, Hosts, Attempts, Failures, FailureRatio,`,
    `    RatePerSecond, LongestPortRun, PortRunShare, PortSample, HostSample, Reasons, Shape, Sources, Trw, TrwContacts, Method`,
    `| sort by Score desc, FirstSeen asc, Source asc, DeviceName asc`,
  );
}

/** Each reason with the points that it gave. */
function reasons(isOutcomeKnown: boolean): readonly string[] {
  const gave = (column: string): string => `" (+", tolong(round(${column})), ")"`;
  const span = `iff(LastSeen - FirstSeen >= 48h, strcat(round((LastSeen - FirstSeen) / 1d, 1), " days"), strcat(round((LastSeen - FirstSeen) / 1h, 1), " hours"))`;
  return [
    `Ports, iff(Ports == 1, " port", " ports"), " on ", Hosts, iff(Hosts == 1, " host", " hosts"), ${gave('PBreadth')}`,
    isOutcomeKnown
      ? `"; ", round(100.0 * FailureRatio, 1), "% of ", Attempts, " attempts failed", ${gave('PFailure')}`
      : `"; ", Attempts, " attempts, the log does not say which failed"`,
    `iff(PSequence > 0.5, strcat("; ", LongestPortRun, " consecutive ports, ", round(100.0 * PortRunShare, 1), "% of all", ${gave('PSequence')}), "")`,
    `"; ", round(1.0 * Attempts / Targets, 1), " attempts a target", ${gave('PFresh')}`,
    `iff(Pace == "fast", strcat("; ", RatePerSecond, " attempts a second", ${gave('PRate')}), strcat("; over ", ${span}))`,
    `iff(Sources > 1, strcat("; from ", Sources, " sources"), "")`,
  ];
}

const sample = (first: string, count: string): string =>
  `strcat(strcat_array(array_sort_asc(${first}), ", "), iff(${count} > ${sampleSize}, ", ...", ""))`;

/** The method behind each row and its constants. */
function method(query: ScanQuery): string {
  const { ports, hosts, sources } = query.thresholds;
  const walk = `; TRW ${signed(query.walk.scanner)}/${signed(query.walk.benign)} (Jung 2004: ${query.walk.text})`;
  const counted = `${ports} ports a host or ${hosts} hosts a port`;
  const ending = `; score from ${query.minimum}${knowsOutcome(query) ? walk : ''}`;
  const texts = {
    fast: `${counted} in ${kqlTimespan(query.windowMs)} (Zeek scan.zeek)${ending}`,
    slow: `${counted} in ${kqlTimespan(query.slowMs)}, first contacts${ending}`,
    distributed: `${counted} by ${sources} sources in ${kqlTimespan(query.slowMs)}${ending}`,
  };
  return `case(Pace == "fast", ${kqlString(texts.fast)}, Pace == "slow", ${kqlString(texts.slow)}, ${kqlString(texts.distributed)})`;
}

const signed = (bar: number): string => (bar > 0 ? `+${bar}` : String(bar));
