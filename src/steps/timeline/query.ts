/** The KQL of `timeline`. */
import { kqlName, kqlString } from '../../kql/kqlText.ts';

export interface TimelineSource {
  readonly name: string;
  readonly time: string;
  readonly device: string | undefined;
  readonly account: string | undefined;
  /** Columns that together say what happened, most telling first. */
  readonly what: readonly string[];
}

export interface TimelineQuery {
  readonly sources: readonly [TimelineSource, ...TimelineSource[]];
  readonly outlier: number;
  readonly burst: number;
  readonly markers: boolean;
}

/** Makes the MAD of a normal distribution its standard deviation: the 0.6745 of the modified z-score, inverted. */
export const madScale = 1.4826;

/**
 * Where times are all alike the MAD is 0, and everything else would be far from usual. Times within a factor of two of
 * each other are alike: log10(2) is 0.3.
 */
export const leastDeviation = 0.3;

/**
 * Of events that come independently at a steady rate, 9.5 % follow the one before within a tenth of the average time
 * (1 - exp(-0.1)), and four in a row once in 12,000.
 */
export const quickShare = 0.1;

/** Gaps are compared as logarithms, so that a second against a minute counts as much as a minute against an hour. */
const smallestSeconds = 0.001;

/** A complete KQL query with one row an event, oldest first, and one for each gap and burst. */
export function timelineQuery({ sources, outlier, burst, markers }: TimelineQuery): string {
  return lines(
    `// Every event under the same names.`,
    `let _Events = union`,
    sources.map(events).join(',\n') + ';',
    `// The time since the event before, and what is usual: median and MAD of its logarithm.`,
    `let _Ordered = _Events`,
    `| sort by Timestamp asc, Source asc, Device asc, What asc, _Text asc`,
    `| extend Before = prev(Timestamp)`,
    `| extend Seconds = iff(isnull(Before), real(null), (Timestamp - Before) / 1s)`,
    `| extend LogSeconds = log10(max_of(Seconds, ${smallestSeconds}));`,
    `let _Median = toscalar(_Ordered | summarize percentile(LogSeconds, 50));`,
    `let _Mad = toscalar(_Ordered | summarize percentile(abs(LogSeconds - _Median), 50));`,
    `let _Average = toscalar(_Ordered | summarize avg(Seconds));`,
    `let _Scored = _Ordered`,
    `| extend Deviation = (LogSeconds - _Median) / max_of(${madScale} * _Mad, ${leastDeviation})`,
    `| extend IsGap = coalesce(Deviation >= ${outlier}, false), IsQuick = coalesce(Seconds < ${quickShare} * _Average, false)`,
    `// Events in a row, each quickly after the one before, are one run.`,
    `| extend Run = row_cumsum(iff(IsQuick, 0, 1));`,
    `let _Runs = _Scored`,
    `| summarize RunEvents = count(), RunStart = min(Timestamp), RunEnd = max(Timestamp), RunDevices = make_set(Device, 5), RunSources = make_set(Source, 5) by Run`,
    `| where RunEvents >= ${burst};`,
    `let _Marked = _Scored`,
    `| join kind=leftouter (_Runs | project Run, RunEvents) on Run`,
    `| project Timestamp, Source, Device, What, Account, Details,`,
    `    Mark = case(IsGap, "after a gap", isnotnull(RunEvents), "in a burst", ""), SecondsSince = round(Seconds, 3), Place = 2;`,
    ...(markers ? [gapAndBurstRows()] : []),
    markers ? `union _Marked, _Gaps, _Bursts` : `_Marked`,
    `| sort by Timestamp asc, Place asc, Source asc, Device asc, What asc`,
    `| project Timestamp, Source, Device, What, Account, Mark, SecondsSince, Details`,
  );
}

function gapAndBurstRows(): string {
  const seconds = `round((RunEnd - RunStart) / 1s, 3)`;
  return lines(
    `let _Gaps = _Scored`,
    `| where IsGap`,
    `| project Timestamp = Before, Source = "gap", Device = "", What = strcat("nothing for ", ${duration('Seconds')}), Account = "",`,
    `    Details = bag_pack("Seconds", round(Seconds, 3), "Until", Timestamp, "UsualSeconds", round(exp10(_Median), 3), "Deviation", round(Deviation, 1)),`,
    `    Mark = "gap", SecondsSince = real(null), Place = 3;`,
    `let _Bursts = _Runs`,
    `| project Timestamp = RunStart, Source = "burst", Device = strcat_array(array_sort_asc(RunDevices), ", "),`,
    `    What = strcat(RunEvents, " events in ", ${seconds}, " s from ", strcat_array(array_sort_asc(RunSources), ", ")), Account = "",`,
    `    Details = bag_pack("Events", RunEvents, "Seconds", ${seconds}, "Until", RunEnd, "UsualSeconds", round(exp10(_Median), 3)),`,
    `    Mark = "burst", SecondsSince = real(null), Place = 1;`,
  );
}

const duration = (seconds: string): string =>
  `case(${seconds} >= 172800, strcat(round(${seconds} / 86400, 1), " days"), ${seconds} >= 7200, strcat(round(${seconds} / 3600, 1), " h"), ${seconds} >= 120, strcat(round(${seconds} / 60, 1), " min"), strcat(round(${seconds}, 1), " s"))`;

function events({ name, time, device, account, what }: TimelineSource): string {
  const texts = what.map((column) => `tostring(${kqlName(column)})`);
  const said =
    texts.length === 0
      ? kqlString('an event')
      : `substring(strcat_array(array_concat(${texts.map((text) => `iff(isempty(${text}), dynamic([]), pack_array(${text}))`).join(', ')}), " \u00b7 "), 0, ${longestWhat})`;
  return (
    `    (${kqlName(name)} | where isnotnull(${kqlName(time)})` +
    ` | project Timestamp = ${kqlName(time)}, Source = ${kqlString(name)}, Device = ${text(device)}, What = ${said}, Account = ${text(account)}, Details = pack_all()` +
    ` | extend _Text = tostring(Details))`
  );
}

/** Longest text that a row of a timeline shows; all of it stands in `Details`. */
const longestWhat = 300;

const text = (column: string | undefined): string =>
  column === undefined ? '""' : `tostring(${kqlName(column)})`;

function lines(...parts: readonly string[]): string {
  return parts.join('\n');
}
