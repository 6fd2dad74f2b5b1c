/** The KQL of `baseline`: what is normal, and what differs from it. */
import { kqlName, kqlString } from '../../kql/kqlText.ts';

export interface Events {
  readonly table: string;
  readonly time: string;
  readonly device: string | undefined;
  /** Columns of the entity; `hour-of-week` is computed. */
  readonly per: readonly (string | { readonly hourOfWeek: true })[];
  readonly item: readonly string[];
}

/** Bounds of a period as KQL; undefined: open. */
export interface Bounds {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export interface Periods {
  readonly hunt: Bounds;
  readonly learn: Bounds;
}

/** Columns of what was learned, one row an entity and item. */
export const learnedColumns = [
  { name: 'Entity', type: 'string' },
  { name: 'Item', type: 'string' },
  { name: 'Days', type: 'long' },
  { name: 'Count', type: 'long' },
  { name: 'Median', type: 'real' },
  { name: 'Mad', type: 'real' },
] as const;

/** Fewer days have no median and spread to speak of: what varies from hour to hour would count as unusual. */
export const leastDaysForVolume = 5;

/** Makes the MAD of a normal distribution its standard deviation. */
export const madScale = 1.4826;

/** `let _All`: every event as entity, item and time, and `_End`, the last of them. */
function all(events: Events): string {
  const entity = events.per.map((part) =>
    typeof part === 'string'
      ? `tostring(${kqlName(part)})`
      : `strcat(case(dayofweek(${kqlName(events.time)}) == 0d, "Sun", dayofweek(${kqlName(events.time)}) == 1d, "Mon", dayofweek(${kqlName(events.time)}) == 2d, "Tue", dayofweek(${kqlName(events.time)}) == 3d, "Wed", dayofweek(${kqlName(events.time)}) == 4d, "Thu", dayofweek(${kqlName(events.time)}) == 5d, "Fri", "Sat"), " ", hourofday(${kqlName(events.time)}), "h")`,
  );
  return lines(
    `let _All = ${kqlName(events.table)}`,
    `| project Time = ${kqlName(events.time)}, DeviceName = ${events.device === undefined ? '""' : `tostring(${kqlName(events.device)})`},`,
    `    Entity = tolower(${joined(entity)}), Item = tolower(${joined(events.item.map((column) => `tostring(${kqlName(column)})`))})`,
    `| where isnotnull(Time) and isnotempty(Item);`,
    `let _End = toscalar(_All | summarize max(Time));`,
  );
}

function learnedEvents({ learn }: Periods): string {
  return lines(`let _LearnedEvents = _All${within(learn)};`);
}

/** What was learned, as `_Learned`: days and counts, and median and MAD of the count a day, days without any included. */
function learned(): string {
  return lines(
    `let _LearnedDays = toscalar(_LearnedEvents | summarize count_distinct(bin(Time, 1d)));`,
    `let _Daily = _LearnedEvents`,
    `| summarize N = count() by Entity, Item, Day = bin(Time, 1d)`,
    `| summarize Days = count(), Count = sum(N), Counts = make_list(N) by Entity, Item`,
    `| extend _One = 1`,
    `| join kind=inner (_LearnedEvents | summarize AllDays = count_distinct(bin(Time, 1d)) | extend _One = 1) on _One`,
    `| extend DaysWithout = AllDays - Days`,
    `| mv-expand N = array_concat(Counts, repeat(0, DaysWithout)) to typeof(long);`,
    `let _Typical = _Daily | summarize Days = take_any(Days), Count = take_any(Count), Median = toreal(percentile(N, 50)) by Entity, Item;`,
    `let _Learned = _Daily`,
    `| join kind=inner (_Typical | project Entity, Item, Median) on Entity, Item`,
    `| summarize Mad = percentile(abs(N - Median), 50) by Entity, Item`,
    `| join kind=inner _Typical on Entity, Item`,
    `| project Entity, Item, Days, Count, Median, Mad;`,
  );
}

/** Rows of {@link learnedColumns}, in a fixed order, to be saved. */
export function learnQuery(events: Events, periods: Periods): string {
  return lines(all(events), learnedEvents(periods), learned(), `_Learned`, `| sort by Entity asc, Item asc`);
}

/** One row: events, days, first and last of each period, and of the whole table. */
export function periodsQuery(events: Events, periods: Periods): string {
  const facts = (period: string): string =>
    `summarize Events = count(), Days = count_distinct(bin(Time, 1d)), First = min(Time), Last = max(Time) | extend Period = "${period}"`;
  return lines(
    all(events),
    learnedEvents(periods),
    `union (_LearnedEvents | ${facts('learn')}), (_All${within(periods.hunt)} | ${facts('hunt')}), (_All | ${facts('all')})`,
    `| project Period, Events, Days, First, Last`,
  );
}

export interface Hunt {
  readonly rare: number;
  readonly outlier: number;
  /** A saved baseline, instead of learning. */
  readonly saved?:
    | {
        readonly days: number;
        readonly from:
          { readonly rows: readonly (readonly (string | number)[])[] } | { readonly table: string };
      }
    | undefined;
}

/** A complete KQL query with one row an entity and item that is new, rare or unusually frequent in the hunt period. */
export function huntQuery(events: Events, periods: Periods, { rare, outlier, saved }: Hunt): string {
  return lines(
    `// Every event as who (Entity) and what (Item).`,
    all(events),
    ...(saved === undefined
      ? [`// What is normal, learned from the time before.`, learnedEvents(periods), learned()]
      : [
          `// What is normal, as it was saved.`,
          `let _LearnedDays = ${saved.days};`,
          `let _Learned = ${savedRows(saved.from)};`,
        ]),
    `let _Elsewhere = _Learned | summarize SeenElsewhere = count() by Item;`,
    `// What is there in the hunt period.`,
    `_All${within(periods.hunt)}`,
    `| summarize N = count(), First = min(Time), Last = max(Time), DeviceName = min(DeviceName) by Entity, Item, Day = bin(Time, 1d)`,
    `| summarize HuntCount = sum(N), MostADay = max(N), FirstSeen = min(First), LastSeen = max(Last), DeviceName = min(DeviceName) by Entity, Item`,
    `| join kind=leftouter _Learned on Entity, Item`,
    `| join kind=leftouter _Elsewhere on Item`,
    `| extend IsNew = isnull(Days), SeenElsewhere = coalesce(SeenElsewhere, 0)`,
    // Counts vary by the square root of their mean even where the MAD is 0 (Poisson).
    `| extend Deviation = iff(IsNew, real(null), (MostADay - Median) / max_of(${madScale} * Mad, sqrt(Median), 1.0))`,
    `| extend IsRare = coalesce(1.0 * Days / _LearnedDays <= ${rare}, false), IsVolume = coalesce(Deviation >= ${outlier} and _LearnedDays >= ${leastDaysForVolume}, false)`,
    `| where IsNew or IsRare or IsVolume`,
    `| extend Kind = case(IsNew, "first-seen", IsVolume, "volume", "rare"), Others = iff(IsNew, SeenElsewhere, SeenElsewhere - 1)`,
    `| extend Severity = iff((IsNew and Others == 0) or (IsVolume and Deviation >= ${3 * outlier}), "medium", "low")`,
    `| extend Reasons = strcat(`,
    `    iff(IsNew, strcat("not seen here in ", _LearnedDays, iff(_LearnedDays == 1, " day", " days"), iff(Others == 0, ", nor anywhere else", strcat(", but in ", Others, iff(Others == 1, " other place", " other places")))), ""),`,
    `    iff(IsRare, strcat("seen on ", Days, " of ", _LearnedDays, " days"), ""), iff(IsRare and IsVolume, "; ", ""),`,
    `    iff(IsVolume, strcat(MostADay, " in a day, usual are ", Median, " (MAD ", Mad, "), deviation ", round(Deviation, 1)), ""))`,
    `| extend Place = case(Severity == "medium", 0, 1)`,
    `| sort by Place asc, Others asc, FirstSeen asc, Entity asc, Item asc`,
    `| project Kind, Severity, Entity, Item, DeviceName, FirstSeen, LastSeen, HuntCount, MostADay, LearnedDays = coalesce(Days, 0), LearnedCount = coalesce(Count, 0),`,
    `    MedianADay = Median, MadADay = Mad, Deviation = round(Deviation, 2), SeenElsewhere = Others, Reasons`,
  );
}

function savedRows(from: NonNullable<Hunt['saved']>['from']): string {
  if ('table' in from) return kqlName(from.table);
  const declared = learnedColumns.map(({ name, type }) => `${name}: ${type}`).join(', ');
  const rows = from.rows.map(
    (row) => `    ${row.map((value, index) => literal(value, learnedColumns[index]?.type)).join(', ')}`,
  );
  return `datatable(${declared}) [\n${rows.join(',\n')}\n]`;
}

function literal(value: string | number, type: string | undefined): string {
  if (typeof value === 'string') return kqlString(value);
  return type === 'real' ? `real(${value})` : String(value);
}

/** Which rows of the table are of the hunt period, and the statement that this needs. */
export function huntedRows(
  { table, time }: Events,
  { hunt }: Periods,
): { readonly before: string; readonly where: string } {
  const conditions = [
    ...(hunt.from === undefined ? [] : [`${kqlName(time)} >= ${hunt.from}`]),
    ...(hunt.to === undefined ? [] : [`${kqlName(time)} < ${hunt.to}`]),
  ];
  return {
    before: `let _End = toscalar(${kqlName(table)} | summarize max(${kqlName(time)}));`,
    where: conditions.length === 0 ? 'true' : conditions.join(' and '),
  };
}

function within({ from, to }: Bounds): string {
  return [
    from === undefined ? '' : ` | where Time >= ${from}`,
    to === undefined ? '' : ` | where Time < ${to}`,
  ].join('');
}

const joined = (parts: readonly string[]): string =>
  parts.length === 0
    ? '"everywhere"'
    : parts.length === 1
      ? (parts[0] ?? '""')
      : `strcat(${parts.join(', " / ", ')})`;

function lines(...parts: readonly string[]): string {
  return parts.join('\n');
}
