/** The KQL of `find-beacons`: RITA v5's beacon score. */
import { kqlString } from '../../kql/kqlText.ts';
import type { ConnectionTable } from '../shared/connections.ts';
import { withoutAddresses, withoutNames, type Exclusions } from '../shared/exclusions.ts';
import { leastSources, type FindBeaconsArguments } from './arguments.ts';
import { dispersion } from './statistics.ts';

export interface BeaconQuery extends Pick<
  FindBeaconsArguments,
  'minimum' | 'thresholds' | 'weights' | 'prevalence' | 'explain'
> {
  readonly from: ConnectionTable;
  readonly exclude: Exclusions;
}

/** RITA looks at a day in hours; here it is any time in as many equal parts. */
const parts = 24;

/** Distinct intervals that are kept for each beacon. */
const shownIntervals = 60;

/** Beacons whose intervals are drawn beside the list: more would hide each other. */
export const drawnBeacons = 5;

/** A complete KQL query: beacons, best score first, or the chart of one source's intervals. */
export function beaconQuery(query: BeaconQuery): string {
  const { explain } = query;
  return [
    ...scored(query),
    explain === undefined ? beacons(query, query.from.bytes !== undefined) : chart(ofSource(explain)),
  ].join('\n');
}

/** A complete KQL query that draws the intervals of the beacons with the best scores. */
export function topBeaconsChart(query: BeaconQuery): string {
  return [...scored(query), chart(bestScored)].join('\n');
}

function scored(query: BeaconQuery): readonly string[] {
  const hasBytes = query.from.bytes !== undefined;
  return [
    pairs(query),
    intervals(),
    ...(hasBytes ? [sizes()] : []),
    histogram(query),
    scores(query, hasBytes),
  ];
}

function pairs({ from, exclude, thresholds }: BeaconQuery): string {
  return [
    `// Connections.`,
    `let _Rows = ${from.tableName}`,
    ...(from.isAttempt === undefined ? [] : [`| where ${from.isAttempt}`]),
    ...withoutNames(exclude, [from.device, from.process]),
    `| project Time = ${from.time}, Source = ${from.source}, DeviceName = ${from.device}, Destination = ${from.destination},`,
    `    Port = ${from.port}, Bytes = ${from.bytes ?? 'long(null)'}`,
    `| where isnotnull(Time) and isnotempty(Source) and isnotempty(Destination) and Destination != Source`,
    `| where Destination !startswith "127." and Destination != "::1"`,
    ...withoutAddresses(exclude, ['Source', 'Destination']),
    `;`,
    `let _Start = toscalar(_Rows | summarize min(Time));`,
    `let _End = toscalar(_Rows | summarize max(Time));`,
    `let _AllSources = toscalar(_Rows | summarize count_distinct(Source));`,
    `// Who calls whom often enough, and how many sources know each destination.`,
    `let _Talks = materialize(_Rows`,
    `| summarize Connections = count(), Moments = count_distinct(bin(Time, 1s)), FirstSeen = min(Time), LastSeen = max(Time)`,
    `    by Source, DeviceName, Destination, Port);`,
    `let _Known = _Talks | summarize Callers = count_distinct(Source) by Destination;`,
    `let _Pairs = materialize(_Talks`,
    `| where Moments >= ${thresholds.connections}`,
    `| join kind=inner _Known on Destination`,
    `| sort by Source asc, DeviceName asc, Destination asc, Port asc`,
    `| extend Pair = row_cumsum(1), Prevalence = 1.0 * Callers / _AllSources,`,
    `    IsStrobe = Connections / max_of(1.0, (_End - _Start) / 1d) >= ${thresholds.strobe}`,
    `| project Pair, Source, DeviceName, Destination, Port, Connections, FirstSeen, LastSeen, Prevalence, IsStrobe);`,
    `let _Calls = materialize(_Rows`,
    `| join kind=inner (_Pairs | where not(IsStrobe) | project Pair, Source, DeviceName, Destination, Port) on Source, DeviceName, Destination, Port`,
    `| project Pair, Second = bin(Time, 1s), Bytes);`,
    `let _Moments = materialize(_Calls | summarize Calls = count() by Pair, Second);`,
  ].join('\n');
}

function intervals(): string {
  return [
    `// Intervals in whole seconds; several calls in one second are one.`,
    `let _Gaps = materialize(_Moments`,
    `| sort by Pair asc, Second asc`,
    `| extend IsFirst = isnull(prev(Pair)) or Pair != prev(Pair), Value = (Second - prev(Second)) / 1s`,
    `| where not(IsFirst)`,
    `| project Pair, Value);`,
    dispersion('_Gaps', 1),
    `let _Intervals = _Gaps`,
    `| summarize Times = count() by Pair, Seconds = tolong(Value)`,
    `| sort by Pair asc, Times desc, Seconds asc`,
    `| extend Place = row_cumsum(1, Pair != prev(Pair))`,
    `| where Place <= ${shownIntervals}`,
    `| sort by Pair asc, Seconds asc`,
    `| summarize Intervals = make_list(bag_pack("Seconds", Seconds, "Times", Times)) by Pair;`,
  ].join('\n');
}

function sizes(): string {
  return [
    `// Bytes sent; a call whose size the log does not say counts as 0, as in RITA.`,
    `let _Sizes = materialize(_Calls | project Pair, Value = todouble(coalesce(Bytes, 0)));`,
    dispersion('_Sizes', 0),
  ].join('\n');
}

/** RITA v5 `analysis/beacons.go:249-337` and `:693-741`. */
function histogram({ thresholds }: BeaconQuery): string {
  return [
    `// The time that the log covers in ${parts} parts: how evenly the calls lie in them, and how long they last.`,
    `let _Parts = materialize(_Moments`,
    `| extend Part = min_of(${parts - 1}, tolong(floor(${parts}.0 * ((Second - bin(_Start, 1s)) / 1s) / max_of(1.0, (_End - bin(_Start, 1s)) / 1s), 1)))`,
    `| summarize Calls = sum(Calls) by Pair, Part);`,
    `let _Bars = materialize(_Parts`,
    `| summarize Bars = count(), Highest = max(Calls), Total = sum(Calls), Squares = sum(1.0 * Calls * Calls) by Pair`,
    `| extend Step = tolong(ceiling(Highest * ${thresholds.heightShare})), Mean = Total / ${parts}.0`,
    `| extend Variation = sqrt(max_of(0.0, Squares / ${parts}.0 - Mean * Mean)) / Mean);`,
    `let _Heights = _Parts`,
    `| join kind=inner _Bars on Pair`,
    `| summarize Alike = count() by Pair, Height = Calls / Step`,
    `| sort by Pair asc, Alike desc`,
    `| extend Place = row_cumsum(1, Pair != prev(Pair))`,
    `| summarize TwoHeights = sumif(Alike, Place <= 2) by Pair;`,
    `let _Runs = _Parts`,
    `| sort by Pair asc, Part asc`,
    `| extend Run = Part - row_cumsum(1, Pair != prev(Pair))`,
    `| summarize Length = count(), From = min(Part), To = max(Part) by Pair, Run`,
    `| summarize Longest = max(Length), AtStart = sumif(Length, From == 0), AtEnd = sumif(Length, To == ${parts - 1}) by Pair`,
    `| project Pair, LongestRun = min_of(${parts}, max_of(Longest, AtStart + AtEnd));`,
    `let _Drawn = range Part from 0 to ${parts - 1} step 1`,
    `| extend On = 1`,
    `| join kind=inner (_Bars | project Pair, On = 1) on On`,
    `| join kind=leftouter _Parts on Pair, Part`,
    `| sort by Pair asc, Part asc`,
    `| summarize Histogram = make_list(coalesce(Calls, 0)) by Pair;`,
  ].join('\n');
}

function scores({ thresholds, weights, prevalence, minimum }: BeaconQuery, hasBytes: boolean): string {
  const weighed = [
    [weights.timestamp, 'TimestampScore'],
    ...(hasBytes ? [[weights.size, 'SizeScore'] as const] : []),
    [weights.histogram, 'HistogramScore'],
    [weights.duration, 'DurationScore'],
  ] as const;
  const sum = weighed.reduce((total, [weight]) => total + weight, 0);
  const parted = weighed.map(([weight, part]) => `${weight} * ${part}`).join(' + ');
  const { rare, common, points } = prevalence;
  return [
    `let _Scored = materialize(_Pairs`,
    `| where not(IsStrobe)`,
    `| join kind=inner (_GapsSkew | project Pair, IntervalMedian = Median, IntervalMad = Mad, IntervalSkew = SkewScore, IntervalSpread = MadScore) on Pair`,
    ...(hasBytes
      ? [
          `| join kind=inner (_SizesSkew | project Pair, SizeMedian = Median, SizeSkew = SkewScore, SizeSpread = MadScore) on Pair`,
        ]
      : []),
    `| join kind=inner _Bars on Pair`,
    `| join kind=inner _Heights on Pair`,
    `| join kind=inner _Runs on Pair`,
    `| extend TimestampScore = round((IntervalSkew + IntervalSpread) / 2, 3),`,
    `    SizeScore = ${hasBytes ? 'round((SizeSkew + SizeSpread) / 2, 3)' : 'real(null)'},`,
    `    HistogramScore = round(max_of(iff(Variation > 1, 0.0, 1.0 - Variation),`,
    `        iff(Bars >= ${thresholds.bimodalParts}, min_of(1.0, 1.0 * TwoHeights / max_of(1, Bars - ${thresholds.outliers})), 0.0)), 3),`,
    `    DurationScore = iff(Bars < ${thresholds.activeParts}, 0.0, min_of(1.0, max_of(`,
    `        ceiling(1000 * ((LastSeen - FirstSeen) / 1s) / max_of(1.0, (_End - _Start) / 1s)) / 1000, ceiling(1000.0 * LongestRun / ${thresholds.idealRun}) / 1000)))`,
    `| extend BeaconScore = round(100.0 * (${parted}) / ${sum}, 1)`,
    `| extend Modifier = case(_AllSources < ${leastSources}, 0.0, Prevalence <= ${rare}, ${points}.0, Prevalence >= ${common}, -${points}.0, 0.0)`,
    // Rarity alone makes no beacon: it cannot lift what does not call regularly enough.
    `| extend Score = max_of(0.0, min_of(100.0, BeaconScore + Modifier)), Jitter = round(IntervalMad / max_of(1.0, IntervalMedian), 3)`,
    `| where BeaconScore >= ${minimum} and Score >= ${minimum});`,
  ].join('\n');
}

/** The rows of the result: beacons by score, then what calls too often to be scored. */
function beacons(query: BeaconQuery, hasBytes: boolean): string {
  const { high, medium } = query.thresholds;
  return [
    `union`,
    `    (_Scored | join kind=inner _Intervals on Pair | join kind=inner _Drawn on Pair | extend Kind = "beacon"),`,
    `    (_Pairs | where IsStrobe | extend Kind = "strobe")`,
    `| extend Severity = case(Kind == "strobe" or Score >= ${high}, "high", Score >= ${medium}, "medium", "low")`,
    `| extend Method = ${kqlString(method(query, hasBytes))}`,
    `| extend Reasons = iff(Kind == "strobe",`,
    `    strcat(Connections, " connections, ", round(Connections / max_of(1.0, (_End - _Start) / 1d), 0), " a day: too many to score"),`,
    `    strcat(Connections, " connections, one every ", round(IntervalMedian, 1), " s; intervals ", TimestampScore, ${hasBytes ? '", sizes ", SizeScore, ' : ''}", evenness ", HistogramScore,`,
    `        ", duration ", DurationScore, case(Modifier > 0, strcat("; rare destination (+", Modifier, ")"), Modifier < 0, strcat("; common destination (", Modifier, ")"), "")))`,
    `| project Source, DeviceName, Destination, Port, Kind, Severity, Score, BeaconScore, TimestampScore, SizeScore, HistogramScore,`,
    `    DurationScore, Modifier, Prevalence = round(Prevalence, 4), Connections, FirstSeen, LastSeen, IntervalMedian, Jitter,`,
    `    Intervals, Histogram, Reasons, Method`,
    `| sort by Kind desc, Score desc, Connections desc, Source asc, DeviceName asc, Destination asc, Port asc`,
  ].join('\n');
}

function method({ thresholds, minimum }: BeaconQuery, hasBytes: boolean): string {
  const { connections, strobe, activeParts, idealRun, bimodalParts } = thresholds;
  const sizes = hasBytes ? '' : '; no sizes in this log, so three parts are weighed';
  return `RITA v5 beacon score (Bowley skew, MAD): from ${connections} connections, strobe from ${strobe} a day, duration from ${activeParts} of ${parts} parts (ideal run ${idealRun}), bimodal from ${bimodalParts}, listed from ${minimum}${sizes}`;
}

/** Which beacons are drawn, as operators on `_Scored`, and what they are called. */
interface Drawn {
  readonly operators: readonly string[];
  /** KQL of the name of one beacon. */
  readonly beacon: string;
  readonly title: string;
}

const bestScored: Drawn = {
  operators: [
    `| sort by Score desc, Connections desc, Source asc, DeviceName asc, Destination asc, Port asc`,
    `| take ${drawnBeacons}`,
  ],
  beacon: 'strcat(Source, " to ", Destination, " port ", Port)',
  title: 'Intervals between the calls of the most regular, in seconds',
};

function ofSource(source: string): Drawn {
  const named = kqlString(source);
  return {
    operators: [
      `| where Source =~ ${named} or DeviceName =~ ${named} or DeviceName startswith ${kqlString(`${source}.`)}`,
    ],
    beacon: 'strcat(Destination, " port ", Port)',
    title: `Intervals between connections of ${source}, in seconds`,
  };
}

/** The histogram of the intervals of some beacons, each a series; what is longest ends the axis. */
function chart({ operators, beacon, title }: Drawn): string {
  return [
    `_Scored`,
    ...operators,
    `| project Pair, Beacon = ${beacon}, IntervalMedian`,
    `| join kind=inner _Gaps on Pair`,
    `| extend Width = max_of(1, tolong(round(IntervalMedian / 20))), Value = min_of(Value, 3.0 * IntervalMedian)`,
    `| summarize Intervals = count() by Beacon, Seconds = Width * tolong(floor(Value / Width, 1))`,
    // By place on the axis, for all series together: the chart keeps the order in which it meets them.
    `| sort by Seconds asc, Beacon asc`,
    `| project Seconds, Intervals, Beacon`,
    `| render columnchart with (xcolumn=Seconds, ycolumns=Intervals, series=Beacon, title=${kqlString(title)})`,
  ].join('\n');
}
