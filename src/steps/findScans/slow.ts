/** Scans of hours to days: few targets in any window, many over the whole time. */
import { kqlTimespan } from '../../kql/kqlText.ts';
import { leastFailedShare, leastFailures, leastSum, scaleWithoutRate } from './score.ts';
import { hopOf, lines, pointsFor, slowHops, total, windowsOf, type ScanQuery } from './scanQuery.ts';

/**
 * A target that answers more often than this, or is asked more often than that, is everyday traffic: a server in use, or
 * something dead that monitoring asks for again and again. A slow scan tries each target once or a few times.
 */
const everyday = { answers: 2, attempts: 10 } as const;

/** dcount() may be off by a few percent, and windows are shorter than the whole time. */
const estimateMargin = 0.5;

/** `_Slow`: first contacts of sources that fail at many targets over `slow`, without those of fast scans. */
export function slowMembers(query: ScanQuery): string {
  const { ports, hosts } = query.thresholds;
  const hop = kqlTimespan(hopOf(query.slowMs, slowHops));
  // What a slow scan lacks is the rate; the score without it is brought to the same scale.
  const minimum = query.minimum / scaleWithoutRate;
  return lines(
    `// Slow scans: hosts and ports at which a source fails widely, however long it takes, with all the targets there.`,
    `let _FailedTargets = materialize(_Failed`,
    `| summarize Attempts = sum(Attempts), FirstSeen = min(FirstSeen), LastSeen = max(LastSeen) by Source, DeviceName, Host, Port);`,
    `let _PatientHosts = _FailedTargets`,
    `| summarize Targets = count() by Source, DeviceName, Host`,
    `| where Targets >= ${leastFailures(ports, minimum, { isOneHost: true, hasRate: false })};`,
    `let _FailedPorts = materialize(_FailedTargets`,
    `| summarize Targets = count() by Source, DeviceName, Port`,
    `| where Targets >= ${leastFailures(hosts, minimum, { isOneHost: false, hasRate: false })});`,
    `// Of ports with many targets, those where enough of them fail; the estimate gets the benefit of the doubt.`,
    `let _PatientPorts = _Rows`,
    `| join kind=leftsemi _FailedPorts on Source, DeviceName, Port`,
    `| summarize All = dcount(Host) by Source, DeviceName, Port`,
    `| join kind=inner _FailedPorts on Source, DeviceName, Port`,
    `| where All < ${4 * hosts} or Targets >= ${estimateMargin * leastFailedShare(minimum)} * All`,
    `| project Source, DeviceName, Port;`,
    `let _Contacts = materialize(union`,
    `    (_Rows | join kind=leftsemi _PatientHosts on Source, DeviceName, Host),`,
    `    (_Rows | join kind=leftsemi _PatientPorts on Source, DeviceName, Port | join kind=leftanti _PatientHosts on Source, DeviceName, Host)`,
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
    breadth: `Fresh / ${limit}.0`,
    failureRatio: 'FailedShare',
    ...(by === 'Host' && { runShare: '1.0' }),
    freshness: 'Fresh / (1.0 * Attempts)',
  });
  return lines(
    `_SlowWindows`,
    `| summarize Targets = count(), Fresh = countif(not(IsEveryday)), Unanswered = countif(not(IsEveryday) and Failures == Attempts),`,
    `    Attempts = sumif(Attempts, not(IsEveryday)) by Source, DeviceName, Window, ${by}`,
    `| where Fresh >= ${limit}`,
    `| extend FailedShare = 1.0 * Unanswered / Targets`,
    `| where ${total(best, query)} >= ${leastSum(query.minimum, scaleWithoutRate)}`,
    `| project Source, DeviceName, Window, ${by}`,
  );
}
