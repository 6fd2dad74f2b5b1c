/**
 * Scans that many sources share: each tries too little to be noticed, together they try many ports of one host or one port
 * of many hosts. Such sources divide the targets among themselves, so each target is tried seldom and by few of them
 * (Gates: Coordinated Scan Detection, NDSS 2009, looks for the same two things, coverage and little overlap).
 */
import { kqlTimespan } from '../../kql/kqlText.ts';
import { leastSum, scaleWithoutRate } from './score.ts';
import { hopOf, lines, pointsFor, slowHops, total, windowsOf, type ScanQuery } from './scanQuery.ts';

/** A share of the targets above which one source is the scanner, and the others only fail where it does. */
const oneSourceShare = 0.5;

/**
 * Networks whose hosts are a target set: /24, and /16 among private addresses. Written as a pattern because it is far
 * cheaper than address arithmetic on every row.
 */
const net24 = String.raw`extract(@"^((\d+\.){3})\d+$", 1, Host)`;
const net16 = String.raw`extract(@"^((10|172|192)\.\d+\.)\d+\.\d+$", 1, Host)`;

/** More than any set has targets. */
const narrowFirst = 1_000_000_000;

/** `_Distributed`: failed first contacts at target sets that many sources share; `listed` are the tables of other scans. */
export function distributedMembers(query: ScanQuery, listed: readonly string[]): string {
  const { ports, hosts, sources } = query.thresholds;
  const hop = kqlTimespan(hopOf(query.slowMs, slowHops));
  const wide = (table: string, by: string): string =>
    lines(
      table,
      `| summarize Sources = count_distinct(Source), Hosts = count_distinct(Host), Ports = count_distinct(Port) by ${by}`,
      `| where Sources >= ${sources} and iff(Set startswith "net", Hosts >= ${hosts}, Ports >= ${ports})`,
    );
  return lines(
    `// Distributed scans: targets at which many sources fail, each source at a few.`,
    `let _Lone = materialize(_Failed`,
    `| summarize Attempts = sum(Attempts), FirstSeen = min(FirstSeen), LastSeen = max(LastSeen) by Source, DeviceName, Host, Port`,
    ...listed.map((table) => `| join kind=leftanti ${table} on Source, DeviceName, Host, Port`),
    `| extend Slot = bin(FirstSeen, ${hop}), Failures = Attempts);`,
    `let _Nets = materialize(_Lone | distinct Host | extend Near = ${net24}, Far = ${net16});`,
    `let _Sets = materialize(union`,
    `    (_Lone | extend Set = strcat("host ", Host)),`,
    ...(['Near', 'Far'] as const).map(
      (net, index) =>
        `    (_Lone | join kind=inner (_Nets | where isnotempty(${net})) on Host | extend Set = strcat(${netLabel(net)}, Port))${index === 0 ? ',' : ''}`,
    ),
    `| project Set, Source, DeviceName, Host, Port, Slot, Attempts, Failures, FirstSeen, LastSeen);`,
    `let _Wide = ${wide('_Sets', 'Set')};`,
    `let _Tried = materialize(_Sets | join kind=leftsemi _Wide on Set);`,
    `// Targets that answer anybody are none of these; then what is left must still be wide.`,
    `let _Alive = materialize(_Rows`,
    `| where not(Failed)`,
    `| join kind=leftsemi (_Tried | distinct Host, Port) on Host, Port`,
    `| distinct Host, Port);`,
    `let _Dead = materialize(_Tried | join kind=leftanti _Alive on Host, Port);`,
    windowsOf('_DeadWindows', '_Dead', query.slowMs, slowHops),
    `let _DeadWide = ${wide('_DeadWindows', 'Set, Window')};`,
    `let _Candidates = materialize(_DeadWindows | join kind=leftsemi _DeadWide on Set, Window);`,
    `// What else of these sets answers: a set that mostly answers is a service with some dead ends.`,
    `let _Answered = union`,
    `    (_Rows | where not(Failed) | join kind=leftsemi (_Candidates | where Set startswith "host " | distinct Host) on Host`,
    `        | distinct Host, Port | extend Set = strcat("host ", Host)),`,
    `    (_Rows | where not(Failed) | join kind=leftsemi (_Candidates | where Set startswith "net" | distinct Port) on Port`,
    `        | distinct Host, Port | extend Both = pack_array(strcat("net ", ${net24}, " port ", Port), strcat("net16 ", ${net16}, " port ", Port))`,
    `        | mv-expand Set = Both to typeof(string))`,
    `| summarize Answered = count() by Set;`,
    `let _Shares = _Candidates`,
    `| summarize Attempts = sum(Attempts) by Set, Window, Source, Host, Port;`,
    `let _Shared = _Shares`,
    `| summarize Attempts = sum(Attempts) by Set, Window, Host, Port`,
    `| summarize Targets = count(), Attempts = sum(Attempts) by Set, Window`,
    `| join kind=inner (_Shares | summarize Own = count() by Set, Window, Source`,
    `    | summarize Sources = count(), Most = max(Own) by Set, Window) on Set, Window`,
    `| join kind=leftouter _Answered on Set`,
    `| extend Answered = coalesce(Answered, 0), Least = iff(Set startswith "net", ${hosts}, ${ports})`,
    `| where Targets >= Least and Sources >= ${sources} and Most <= ${oneSourceShare} * Targets`,
    `| extend FailedShare = 1.0 * Targets / (Targets + Answered)`,
    `| where ${total(best(query), query)} >= ${leastSum(query.minimum, scaleWithoutRate)}`,
    `| project Set, Window, Weight = Targets + iff(Set startswith "net16 ", 0, ${narrowFirst});`,
    `// A target that belongs to several sets counts in the largest, and in a wide network only where no narrower set holds it.`,
    `let _Distributed = _Candidates`,
    `| join kind=inner _Shared on Set, Window`,
    `| summarize arg_max(Weight, Set) by Source, DeviceName, Host, Port, Slot, Attempts, Failures, FirstSeen, LastSeen`,
    `| project Source, DeviceName, Host, Port, Slot, Attempts, Failures, FirstSeen, LastSeen, Pace = "distributed", Key = Set, KeyDevice = "";`,
  );
}

const netLabel = (net: 'Near' | 'Far'): string => `"${net === 'Near' ? 'net' : 'net16'} ", ${net}, " port "`;

const best = (query: ScanQuery) =>
  pointsFor(query, {
    breadth: '1.0 * Targets / Least',
    failureRatio: 'FailedShare',
    runShare: 'iff(Set startswith "net", 0.0, 1.0)',
    freshness: 'Targets / (1.0 * Attempts)',
  });
