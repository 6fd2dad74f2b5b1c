/** The KQL of `tune-alert`: alerts a day and missed findings for each threshold. */
import { kqlName, kqlString, kqlTimespan } from '../../kql/kqlText.ts';

export interface TuneQuery {
  readonly detection: string;
  readonly threshold: string;
  readonly isBelow: boolean;
  readonly at: readonly number[] | undefined;
  readonly time: string;
  readonly device: string | undefined;
  readonly everyMs: number | undefined;
  readonly history: { readonly table: string; readonly time: string } | undefined;
  readonly known:
    { readonly table: string; readonly device: string; readonly time: string | undefined } | undefined;
  readonly withinMs: number;
}

/** Percentiles of the values that are tried as thresholds. */
const triedPercentiles = Array.from({ length: 21 }, (_, index) => index * 5);

/** A complete KQL query with one row a threshold, ascending, drawn as lines. */
export function tuneQuery(query: TuneQuery): string {
  const { detection, threshold, isBelow, time, device, everyMs, history } = query;
  const alert =
    everyMs === undefined ? 'tostring(_Number)' : `strcat(Device, " ", bin(Time, ${kqlTimespan(everyMs)}))`;
  return lines(
    `// The detection without its threshold.`,
    `let _Detection = () {`,
    detection,
    `};`,
    `let _Rows = _Detection()`,
    `| project Time = ${kqlName(time)}, Device = ${device === undefined ? '""' : `tolower(tostring(${kqlName(device)}))`}, Value = toreal(${kqlName(threshold)})`,
    `| where isnotnull(Time) and isnotnull(Value)`,
    `| sort by Time asc, Device asc, Value asc`,
    `| extend _Number = row_number(), _One = 1;`,
    `let _Thresholds = ${thresholds(query)};`,
    `// The length of the history, at least a day.`,
    history === undefined
      ? `let _Days = toscalar(_Rows | summarize max_of(1.0, (max(Time) - min(Time)) / 1d));`
      : `let _Days = toscalar(${kqlName(history.table)} | summarize max_of(1.0, (max(${kqlName(history.time)}) - min(${kqlName(history.time)})) / 1d));`,
    `let _Alerts = _Rows`,
    `| join kind=inner _Thresholds on _One`,
    `| where Value ${isBelow ? '<=' : '>='} Threshold;`,
    `let _Daily = _Alerts`,
    `| summarize Alerts = count_distinct(${alert}) by Threshold, Day = bin(Time, 1d)`,
    `| summarize Alerts = sum(Alerts), BusiestDay = max(Alerts) by Threshold;`,
    known(query),
    `_Thresholds`,
    `| join kind=leftouter _Daily on Threshold`,
    `| join kind=leftouter _Misses on Threshold`,
    `| extend Alerts = coalesce(Alerts, 0), BusiestDay = coalesce(BusiestDay, 0), KnownMissed = coalesce(KnownMissed, 0), Missed = coalesce(Missed, "")`,
    `| extend Findings = _KnownFindings`,
    `| extend AlertsADay = round(Alerts / coalesce(_Days, 1.0), 3), KnownFound = Findings - KnownMissed`,
    `| sort by Threshold asc`,
    `| project Threshold, AlertsADay, Alerts, BusiestDay, KnownFound, KnownMissed, Missed, Days = round(coalesce(_Days, 1.0), 2)`,
    `| render linechart with (xcolumn=Threshold, ycolumns=AlertsADay, KnownMissed, title=${kqlString(`Alerts a day and known findings missed, by ${threshold}`)})`,
  );
}

function thresholds({ at }: TuneQuery): string {
  if (at !== undefined) {
    const values = [...new Set(at)].map((value) => `real(${value}), 1`);
    return `datatable(Threshold: real, _One: long) [${values.join(', ')}]`;
  }
  return `_Rows | summarize _Values = percentiles_array(Value, dynamic([${triedPercentiles.join(', ')}])) | mv-expand Threshold = _Values to typeof(real) | where isnotnull(Threshold) | distinct Threshold | extend _One = 1`;
}

/** `_Misses`: the known findings without an alert at each threshold. */
function known({ known: findings, withinMs }: TuneQuery): string {
  if (findings === undefined) {
    return lines(
      `let _KnownFindings = 0;`,
      `let _Misses = datatable(Threshold: real, KnownMissed: long, Missed: string) [];`,
    );
  }
  const within = kqlTimespan(withinMs);
  const time = findings.time === undefined ? 'datetime(null)' : kqlName(findings.time);
  return lines(
    `// Known findings that no alert of the same device is near.`,
    `let _Known = ${kqlName(findings.table)}`,
    `| project Device = tolower(tostring(${kqlName(findings.device)})), KnownTime = ${time}`,
    `| where isnotempty(Device)`,
    `| distinct Device, KnownTime`,
    `| extend Finding = strcat(Device, iff(isnull(KnownTime), "", strcat(" ", KnownTime))), _One = 1;`,
    `let _KnownFindings = toscalar(_Known | count);`,
    `let _Found = _Alerts`,
    `| join kind=inner _Known on Device`,
    `| where isnull(KnownTime) or Time between ((KnownTime - ${within}) .. (KnownTime + ${within}))`,
    `| distinct Threshold, Finding;`,
    `let _Misses = _Known`,
    `| join kind=inner _Thresholds on _One`,
    `| join kind=leftanti _Found on Threshold, Finding`,
    `| summarize KnownMissed = count(), Sample = make_set(Finding, ${sampleSize}) by Threshold`,
    `| project Threshold, KnownMissed, Missed = strcat_array(array_sort_asc(Sample), ", ");`,
  );
}

const sampleSize = 5;

function lines(...parts: readonly string[]): string {
  return parts.join('\n');
}
