/** Scans that are wide within one window: many ports on a host, many hosts on a port, or many of both. */
import { kqlTimespan } from '../../kql/kqlText.ts';
import { leastFailures, leastSum } from './score.ts';
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

/** `_Failed`: failed attempts by a fifth of a window; only logs that tell outcomes have them. */
export function failedAttempts(query: ScanQuery): string {
  return lines(
    `// Failed attempts, by a fifth of a window.`,
    `let _Failed = materialize(_Rows`,
    `| where Failed`,
    `| summarize Attempts = count(), FirstSeen = min(Time), LastSeen = max(Time)`,
    `    by Source, DeviceName, Host, Port, Slot = bin(Time, ${kqlTimespan(hopOf(query.windowMs, hops))}));`,
  );
}

interface FewestFailures {
  readonly vertical: number;
  readonly horizontal: number;
  /** No scan does without failures, so that those show where to look. */
  readonly canPrune: boolean;
}

/** How many failed attempts of a window any scan that reaches the minimum score must have. */
function fewestFailures(query: ScanQuery): FewestFailures {
  if (!knowsOutcome(query)) return { vertical: 0, horizontal: 0, canPrune: false };
  const { ports, hosts } = query.thresholds;
  const vertical = fewest(ports, leastFailures(ports, query.minimum, { isOneHost: true, hasRate: true }));
  const horizontal = fewest(hosts, leastFailures(hosts, query.minimum, { isOneHost: false, hasRate: true }));
  return { vertical, horizontal, canPrune: vertical > 0 && horizontal > 0 };
}

/**
 * Where a scan needs failures at all, a third of the threshold: passive FTP that fails once or twice is none. It also spares
 * nearly all windows of everyday traffic the closer look.
 */
function fewest(threshold: number, least: number): number {
  return least === 0 ? 0 : Math.max(least, Math.ceil(threshold / 3));
}

/** `_Close`: the attempts around times in which a source tries enough for a scan, by a fifth of a window. */
function closeAttempts(query: ScanQuery, needed: FewestFailures): string {
  const hopMs = hopOf(query.windowMs, hops);
  const [hop, span] = [kqlTimespan(hopMs), kqlTimespan(hops * hopMs)];
  const { ports, hosts } = query.thresholds;
  const least = needed.canPrune
    ? Math.min(needed.vertical, needed.horizontal, blockTargets(hosts), Math.max(hosts, ports))
    : Math.min(ports, hosts);
  // A window lies in two spans of its length, so one of them has half of what the window needs.
  const enough = Math.ceil(least / 2);
  return lines(
    `// Spans of time in which a source ${needed.canPrune ? 'fails' : 'tries'} often enough, and all attempts in them and beside them.`,
    needed.canPrune
      ? `let _Busy = _Failed | summarize Tries = sum(Attempts) by Source, DeviceName, Span = bin(Slot, ${span})`
      : `let _Busy = _Rows | summarize Tries = count() by Source, DeviceName, Span = bin(Time, ${span})`,
    `| where Tries >= ${enough};`,
    `let _Close = materialize(_Rows`,
    `| extend Slot = bin(Time, ${hop}), Span = bin(Time, ${span})`,
    `| join kind=leftsemi (union _Busy, (_Busy | extend Span = Span - ${span}), (_Busy | extend Span = Span + ${span})) on Source, DeviceName, Span`,
    `| summarize Attempts = count(), Failures = countif(Failed), FirstSeen = min(Time), LastSeen = max(Time)`,
    `    by Source, DeviceName, Host, Port, Slot);`,
  );
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
    closeAttempts(query, needed),
    `// Overlapping windows: each fifth belongs to the ${hops} windows that cover it.`,
    windowsOf(
      '_CloseWindows',
      needed.canPrune ? '_Close | where Failures > 0' : '_Close',
      query.windowMs,
      hops,
    ),
    `// Sources and windows whose failures can make a scan, and all their attempts.`,
    `let _Suspects = union`,
    `    (_CloseWindows | summarize Failures = sum(Failures) by Source, DeviceName, Window, Host | where Failures >= ${needed.vertical}),`,
    `    (_CloseWindows | summarize Failures = sum(Failures) by Source, DeviceName, Window, Port | where Failures >= ${needed.horizontal}),`,
    `    (_CloseWindows ${spread})`,
    `| distinct Source, DeviceName, Window;`,
    `let _Attempts = _Close`,
    `| join kind=leftsemi (_Suspects`,
    `    | extend On = 1`,
    `    | join kind=inner (range Part from 0 to ${hops - 1} step 1 | extend On = 1) on On`,
    `    | extend Slot = Window + Part * ${hop}`,
    `    | distinct Source, DeviceName, Slot) on Source, DeviceName, Slot;`,
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
    breadth: `Targets / ${limit}.0`,
    failureRatio: 'FailedShare',
    ...(by === 'Host' && { runShare: '1.0' }),
    freshness: 'Targets / (1.0 * Attempts)',
    ratePerSecond: 'Rate',
  });
  return lines(
    `_WindowTargets`,
    `| summarize Targets = count(), Attempts = sum(Attempts), Failures = sum(Failures), FirstSeen = min(FirstSeen), LastSeen = max(LastSeen)`,
    `    by Source, DeviceName, Window, ${by}`,
    `| where Targets >= ${limit} and Failures >= ${failures}`,
    `| extend Rate = ${ratePerSecond}, FailedShare = 1.0 * Failures / Attempts`,
    `| where ${total(best, query)} >= ${leastSum(query.minimum)}`,
    `| project Source, DeviceName, Window, ${by}`,
  );
}
