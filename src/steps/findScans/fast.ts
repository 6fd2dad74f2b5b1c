/** Scans that are wide within one window: many ports on a host, many hosts on a port, or many of both. */
import { kqlTimespan } from '../../kql/kqlText.ts';
import { leastFailures } from './score.ts';
import {
  hopOf,
  hops,
  knowsOutcome,
  lines,
  pointsFor,
  ratePerSecond,
  total,
  windowsOf,
  type ScanQuery,
} from './scanQuery.ts';

/** bro-simple-scan `scan.zeek:139-163`: at most 5 victims make a port scan, at most 5 ports an address scan. */
export const narrow = 5;

/** A block of few hosts and ports counts from twice as many targets as hosts of a sweep. */
export const blockTargets = (hosts: number): number => 2 * hosts;

/** `_Failed`: failed attempts, of which scans are made; all attempts where a scan could do without failures. */
export function failedAttempts(query: ScanQuery): string {
  const { vertical, horizontal } = fewestFailures(query);
  const canPrune = vertical > 0 && horizontal > 0;
  return lines(
    `// ${canPrune ? 'Failed attempts' : 'Attempts'}, by a fifth of a window: no scan is without them.`,
    `let _Failed = materialize(_Rows`,
    canPrune && `| where Failed`,
    `| summarize Attempts = count(), FirstSeen = min(Time), LastSeen = max(Time)`,
    `    by Source, DeviceName, Host, Port, Slot = bin(Time, ${kqlTimespan(hopOf(query.windowMs, hops))}));`,
  );
}

/** How many failed attempts of a window any scan that reaches the minimum score must have. */
function fewestFailures(query: ScanQuery): { readonly vertical: number; readonly horizontal: number } {
  if (!knowsOutcome(query)) return { vertical: 0, horizontal: 0 };
  const { ports, hosts } = query.thresholds;
  return {
    vertical: fewest(ports, leastFailures(ports, query.minimum, { isOneHost: true, hasRate: true })),
    horizontal: fewest(hosts, leastFailures(hosts, query.minimum, { isOneHost: false, hasRate: true })),
  };
}

/**
 * Where a scan needs failures at all, a third of the threshold: passive FTP that fails once or twice is none. It also spares
 * nearly all windows of everyday traffic the closer look.
 */
function fewest(threshold: number, least: number): number {
  return least === 0 ? 0 : Math.max(least, Math.ceil(threshold / 3));
}

/** `_Fast`: the attempts that belong to a window with a scan, each once. */
export function fastMembers(query: ScanQuery): string {
  const { ports, hosts } = query.thresholds;
  const hop = kqlTimespan(hopOf(query.windowMs, hops));
  const needed = fewestFailures(query);
  const spread = lines(
    `| distinct Source, DeviceName, Window, Host, Port`,
    `| summarize Hosts = count_distinct(Host), Ports = count_distinct(Port), Targets = count() by Source, DeviceName, Window`,
    `| where (Hosts >= ${hosts} and Ports >= ${ports}) or (Hosts > ${narrow} and Ports > ${narrow} and Targets >= ${blockTargets(hosts)})`,
    `| project Source, DeviceName, Window`,
  );
  return lines(
    `// Overlapping windows: each fifth belongs to the ${hops} windows that cover it.`,
    windowsOf('_FailedWindows', '_Failed', query.windowMs, hops),
    `// Sources and windows whose failures can make a scan, and all their attempts.`,
    `let _Suspects = union`,
    `    (_FailedWindows | summarize Failures = sum(Attempts) by Source, DeviceName, Window, Host | where Failures >= ${needed.vertical}),`,
    `    (_FailedWindows | summarize Failures = sum(Attempts) by Source, DeviceName, Window, Port | where Failures >= ${needed.horizontal}),`,
    `    (_FailedWindows ${spread})`,
    `| distinct Source, DeviceName, Window;`,
    `let _Attempts = materialize(_Rows`,
    `| extend Slot = bin(Time, ${hop})`,
    `| join kind=leftsemi (_Suspects`,
    `    | extend On = 1`,
    `    | join kind=inner (range Part from 0 to ${hops - 1} step 1 | extend On = 1) on On`,
    `    | extend Slot = Window + Part * ${hop}`,
    `    | distinct Source, DeviceName, Slot) on Source, DeviceName, Slot`,
    `| summarize Attempts = count(), Failures = countif(Failed), FirstSeen = min(Time), LastSeen = max(Time)`,
    `    by Source, DeviceName, Host, Port, Slot);`,
    windowsOf('_Windows', '_Attempts', query.windowMs, hops),
    `let _WindowTargets = materialize(_Windows`,
    `| summarize Attempts = sum(Attempts), Failures = sum(Failures), FirstSeen = min(FirstSeen), LastSeen = max(LastSeen)`,
    `    by Source, DeviceName, Window, Host, Port);`,
    `// Many ports on one host.`,
    `let _Vertical = ${crowded(query, 'Host', ports, needed.vertical)};`,
    `// Many hosts on one port.`,
    `let _Horizontal = ${crowded(query, 'Port', hosts, needed.horizontal)};`,
    `// Of the other failed attempts: many of both in no order, each host and port seldom.`,
    `let _Others = materialize(_Windows`,
    `| where Failures > 0`,
    `| join kind=leftanti _Vertical on Source, DeviceName, Window, Host`,
    `| join kind=leftanti _Horizontal on Source, DeviceName, Window, Port);`,
    `let _Spread = _Others`,
    `${spread};`,
    `let _Fast = union`,
    `    (_Windows | join kind=leftsemi _Vertical on Source, DeviceName, Window, Host),`,
    `    (_Windows | join kind=leftsemi _Horizontal on Source, DeviceName, Window, Port),`,
    `    (_Others | join kind=leftsemi _Spread on Source, DeviceName, Window)`,
    `| summarize Attempts = max(Attempts), Failures = max(Failures), FirstSeen = min(FirstSeen), LastSeen = max(LastSeen)`,
    `    by Source, DeviceName, Host, Port, Slot`,
    `| extend Pace = "fast", Key = Source, KeyDevice = DeviceName;`,
  );
}

/**
 * Windows in which one `by` (a host, a port) was tried with at least `limit` ports or hosts, and that could reach the
 * minimum score: ports may turn out to be all consecutive. This keeps a busy but healthy source's traffic out of its scan.
 */
function crowded(query: ScanQuery, by: 'Host' | 'Port', limit: number, failures: number): string {
  const best = pointsFor(query, {
    breadth: `(1.0 * Targets / ${limit})`,
    failureRatio: `(1.0 * Failures / Attempts)`,
    runShare: by === 'Host' ? '1.0' : '0.0',
    freshness: `(1.0 * Targets / Attempts)`,
    ratePerSecond,
  });
  return lines(
    `_WindowTargets`,
    `| summarize Targets = count(), Attempts = sum(Attempts), Failures = sum(Failures), FirstSeen = min(FirstSeen), LastSeen = max(LastSeen)`,
    `    by Source, DeviceName, Window, ${by}`,
    `| where Targets >= ${limit} and Failures >= ${failures}`,
    `| where ${total(best, query)} >= ${query.minimum}`,
    `| project Source, DeviceName, Window, ${by}`,
  );
}
