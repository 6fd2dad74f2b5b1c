/**
 * Scans that many sources share: each tries too little to be noticed, together they try many ports of one host or one port
 * of many hosts. Such sources divide the targets among themselves, so each target is tried seldom and by few of them
 * (Gates: Coordinated Scan Detection, NDSS 2009, looks for the same two things, coverage and little overlap).
 */
import { kqlTimespan } from '../../kql/kqlText.ts';
import { scaleWithoutRate } from './score.ts';
import { hopOf, lines, pointsFor, slowHops, total, windowsOf, type ScanQuery } from './scanQuery.ts';

/** A share of the targets above which one source is the scanner, and the others only fail where it does. */
const oneSourceShare = 0.5;

/** Prefixes of the networks whose hosts are a target set. */
const widest = 16;
const prefixes = [24, widest] as const;

/** More than any set has targets. */
const narrowFirst = 1_000_000_000;

/** `_Distributed`: failed first contacts at target sets that many sources share; `listed` are the tables of other scans. */
export function distributedMembers(query: ScanQuery, listed: readonly string[]): string {
  const { ports, hosts, sources } = query.thresholds;
  const hop = kqlTimespan(hopOf(query.slowMs, slowHops));
  return lines(
    `// Distributed scans: targets at which many sources fail, each source at a few.`,
    `let _Lone = materialize(_Failed`,
    `| summarize Attempts = sum(Attempts), FirstSeen = min(FirstSeen), LastSeen = max(LastSeen) by Source, DeviceName, Host, Port`,
    ...listed.map((table) => `| join kind=leftanti ${table} on Source, DeviceName, Host, Port`),
    `| extend Slot = bin(FirstSeen, ${hop}), Failures = Attempts);`,
    windowsOf('_LoneWindows', '_Lone', query.slowMs, slowHops),
    `let _Sets = materialize(union`,
    `    (_LoneWindows | extend Set = strcat("host ", Host)),`,
    prefixes
      .map(
        (prefix) =>
          `    (_LoneWindows | extend Net = format_ipv4_mask(Host, ${prefix}) | where isnotempty(Net) | extend Set = strcat("net ", Net, " port ", Port))`,
      )
      .join(',\n'),
    `| project Set, Window, Source, DeviceName, Host, Port, Slot, Attempts, Failures, FirstSeen, LastSeen);`,
    `let _Wide = materialize(_Sets`,
    `| summarize Sources = count_distinct(Source), Hosts = count_distinct(Host), Ports = count_distinct(Port) by Set, Window`,
    `| where Sources >= ${sources} and iff(Set startswith "net ", Hosts >= ${hosts}, Ports >= ${ports}));`,
    `let _Candidates = materialize(_Sets | join kind=leftsemi _Wide on Set, Window);`,
    `// What else of these sets answers anybody: a set that mostly answers is a service with some dead ends.`,
    `let _Answers = materialize(union`,
    `    (_Rows | where not(Failed) | join kind=leftsemi (_Candidates | where Set startswith "host " | distinct Host) on Host),`,
    `    (_Rows | where not(Failed) | join kind=leftsemi (_Candidates | where Set startswith "net " | distinct Port) on Port)`,
    `| distinct Host, Port);`,
    `let _Answered = union`,
    `    (_Answers | extend Set = strcat("host ", Host)),`,
    prefixes
      .map(
        (prefix) =>
          `    (_Answers | extend Set = strcat("net ", format_ipv4_mask(Host, ${prefix}), " port ", Port))`,
      )
      .join(',\n'),
    `| summarize Answered = count() by Set;`,
    `let _Shares = _Candidates`,
    `| join kind=leftanti _Answers on Host, Port`,
    `| summarize Attempts = sum(Attempts) by Set, Window, Source, Host, Port;`,
    `let _Shared = _Shares`,
    `| summarize Attempts = sum(Attempts) by Set, Window, Host, Port`,
    `| summarize Targets = count(), Attempts = sum(Attempts) by Set, Window`,
    `| join kind=inner (_Shares | summarize Own = count() by Set, Window, Source`,
    `    | summarize Sources = count(), Most = max(Own) by Set, Window) on Set, Window`,
    `| join kind=leftouter _Answered on Set`,
    `| extend Answered = coalesce(Answered, 0), Least = iff(Set startswith "net ", ${hosts}, ${ports})`,
    `| where Targets >= Least and Sources >= ${sources} and Most <= ${oneSourceShare} * Targets`,
    `| where ${scaleWithoutRate} * ${total(best(query), query)} >= ${query.minimum}`,
    `| project Set, Window, Weight = Targets + iff(Set contains "/${widest} port ", 0, ${narrowFirst});`,
    `// A target that belongs to several sets counts in the largest, and in a wide network only where no narrower set holds it.`,
    `let _Distributed = _Candidates`,
    `| join kind=leftanti _Answers on Host, Port`,
    `| join kind=inner _Shared on Set, Window`,
    `| summarize arg_max(Weight, Set) by Source, DeviceName, Host, Port, Slot, Attempts, Failures, FirstSeen, LastSeen`,
    `| project Source, DeviceName, Host, Port, Slot, Attempts, Failures, FirstSeen, LastSeen, Pace = "distributed", Key = Set, KeyDevice = "";`,
  );
}

const best = (query: ScanQuery) =>
  pointsFor(query, {
    breadth: '(1.0 * Targets / Least)',
    failureRatio: '(1.0 * Targets / (Targets + Answered))',
    runShare: 'iff(Set startswith "net ", 0.0, 1.0)',
    freshness: '(1.0 * Targets / Attempts)',
    ratePerSecond: '0.0',
  });
