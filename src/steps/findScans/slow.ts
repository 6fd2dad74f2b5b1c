/** Scans of hours to days: few targets in any window, many over the whole time. */
import { kqlTimespan } from '../../kql/kqlText.ts';
import { leastFailures, scaleWithoutRate } from './score.ts';
import { hopOf, lines, pointsFor, slowHops, total, windowsOf, type ScanQuery } from './scanQuery.ts';

/**
 * A target that answers more often than this, or is asked more often than that, is everyday traffic: a server in use, or
 * something dead that monitoring asks for again and again. A slow scan tries each target once or a few times.
 */
const everyday = { answers: 2, attempts: 10 } as const;

/** `_Slow`: first contacts of sources that fail at many targets over `slow`, without those of fast scans. */
export function slowMembers(query: ScanQuery): string {
  const { ports, hosts } = query.thresholds;
  const hop = kqlTimespan(hopOf(query.slowMs, slowHops));
  // What a slow scan lacks is the rate; the score without it is brought to the same scale.
  const minimum = query.minimum / scaleWithoutRate;
  return lines(
    `// Slow scans: sources that fail at enough targets, however long it takes them, and all their targets.`,
    `let _FailedTargets = materialize(_Failed`,
    `| summarize Attempts = sum(Attempts), FirstSeen = min(FirstSeen), LastSeen = max(LastSeen) by Source, DeviceName, Host, Port);`,
    `let _Patient = union`,
    `    (_FailedTargets | summarize Targets = count() by Source, DeviceName, Host | where Targets >= ${leastFailures(ports, minimum, true)}),`,
    `    (_FailedTargets | summarize Targets = count() by Source, DeviceName, Port | where Targets >= ${leastFailures(hosts, minimum, false)})`,
    `| distinct Source, DeviceName;`,
    `let _Contacts = materialize(_Rows`,
    `| join kind=leftsemi _Patient on Source, DeviceName`,
    `| summarize Attempts = count(), Failures = countif(Failed), FirstSeen = min(Time), LastSeen = max(Time) by Source, DeviceName, Host, Port`,
    `| extend Slot = bin(FirstSeen, ${hop}), IsEveryday = Attempts - Failures > ${everyday.answers} or Attempts > ${everyday.attempts});`,
    windowsOf('_SlowWindows', '_Contacts', query.slowMs, slowHops),
    `let _SlowVertical = ${crowded(query, 'Host', ports)};`,
    `let _SlowHorizontal = ${crowded(query, 'Port', hosts)};`,
    `let _Slow = union`,
    `    (_SlowWindows | where not(IsEveryday) | join kind=leftsemi _SlowVertical on Source, DeviceName, Window, Host),`,
    `    (_SlowWindows | where not(IsEveryday) | join kind=leftsemi _SlowHorizontal on Source, DeviceName, Window, Port)`,
    `| distinct Source, DeviceName, Host, Port, Slot, Attempts, Failures, FirstSeen, LastSeen`,
    `| join kind=leftanti _Fast on Source, DeviceName, Host, Port`,
    `| extend Pace = "slow", Key = Source, KeyDevice = DeviceName;`,
  );
}

/** Slow windows in which one host or port was tried widely enough; targets that never answered are its failures. */
function crowded(query: ScanQuery, by: 'Host' | 'Port', limit: number): string {
  const best = pointsFor(query, {
    breadth: `(1.0 * Fresh / ${limit})`,
    failureRatio: `(1.0 * Unanswered / Targets)`,
    runShare: by === 'Host' ? '1.0' : '0.0',
    freshness: `(1.0 * Fresh / Attempts)`,
    ratePerSecond: '0.0',
  });
  return lines(
    `_SlowWindows`,
    `| summarize Targets = count(), Fresh = countif(not(IsEveryday)), Unanswered = countif(not(IsEveryday) and Failures == Attempts),`,
    `    Attempts = sumif(Attempts, not(IsEveryday)) by Source, DeviceName, Window, ${by}`,
    `| where Fresh >= ${limit}`,
    `| where ${scaleWithoutRate} * ${total(best, query)} >= ${query.minimum}`,
    `| project Source, DeviceName, Window, ${by}`,
  );
}
