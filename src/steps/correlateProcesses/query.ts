/** The KQL of `correlate-processes`. */
import { kqlName, kqlTimespan } from '../../kql/kqlText.ts';
import { evidence, leastShare, severityFrom } from './evidence.ts';

/** Columns of a table by what they are for; an absent one reads as empty. */
export type Columns<Role extends string> = Readonly<Partial<Record<Role, string>>>;

export interface CorrelationQuery {
  readonly with: {
    readonly table: string;
    readonly device: string;
    readonly time: string;
    readonly end?: string | undefined;
    readonly source?: string | undefined;
  };
  readonly processes: {
    readonly table: string;
    readonly time: string;
    readonly device: string;
    readonly columns: Columns<ProcessRole>;
  };
  readonly network?:
    | {
        readonly table: string;
        readonly time: string;
        readonly device: string;
        readonly source?: string | undefined;
        readonly action?: string | undefined;
        readonly columns: Columns<ConnectionRole>;
      }
    | undefined;
  readonly withinMs: number;
  readonly top: number;
}

export const processTexts = [
  'FileName',
  'ProcessCommandLine',
  'AccountName',
  'InitiatingProcessFileName',
  'InitiatingProcessCommandLine',
] as const;
export type ProcessRole = (typeof processTexts)[number] | 'ProcessId';

export const connectionTexts = [
  'InitiatingProcessFileName',
  'InitiatingProcessCommandLine',
  'InitiatingProcessAccountName',
  'InitiatingProcessParentFileName',
] as const;
export type ConnectionRole =
  (typeof connectionTexts)[number] | 'InitiatingProcessId' | 'InitiatingProcessCreationTime';

/** A complete KQL query: for each event of `with`, the processes ranked by evidence. */
export function correlationQuery(query: CorrelationQuery): string {
  return [events(query), connections(query), processes(query), candidates(query), ranking(query)].join('\n');
}

function events({ with: events }: CorrelationQuery): string {
  const time = kqlName(events.time);
  const end =
    events.end === undefined
      ? time
      : `iff(isnull(${kqlName(events.end)}) or ${kqlName(events.end)} < ${time}, ${time}, ${kqlName(events.end)})`;
  return lines(
    `// When and where it happened.`,
    `let _Events = ${kqlName(events.table)}`,
    `| project Device = tolower(tostring(${kqlName(events.device)})), EventSource = ${text(events.source)}, EventStart = ${time}, EventEnd = ${end}`,
    `| where isnotempty(Device) and isnotnull(EventStart)`,
    `| summarize EventEnd = max(EventEnd) by Device, EventSource, EventStart;`,
  );
}

/** Connections that each process opened on the device while it lasted; a single moment lasts as long as `within`. */
function connections({ network, with: events, withinMs }: CorrelationQuery): string {
  if (!network) {
    return lines(
      `// No network log tells which process opened the connections.`,
      `let _Openers = datatable(Device: string, EventSource: string, EventStart: datetime, ProcessId: long, FileKey: string,`,
      `    FileName: string, ProcessCommandLine: string, AccountName: string, InitiatingProcessFileName: string, Timestamp: datetime, Opened: long) [];`,
    );
  }
  const { columns } = network;
  const created = columns.InitiatingProcessCreationTime;
  return lines(
    `// Which process opened the device's connections in that time.`,
    `let _Openers = ${kqlName(network.table)}`,
    network.action !== undefined &&
      `| where not(tostring(${kqlName(network.action)}) startswith "Inbound") and tostring(${kqlName(network.action)}) != "ListeningConnectionCreated"`,
    `| project Device = tolower(tostring(${kqlName(network.device)})), Time = ${kqlName(network.time)}, LocalAddress = ${text(network.source)},`,
    `    ProcessId = ${number(columns.InitiatingProcessId)}, FileName = ${text(columns.InitiatingProcessFileName)},`,
    `    ProcessCommandLine = ${text(columns.InitiatingProcessCommandLine)}, AccountName = ${text(columns.InitiatingProcessAccountName)},`,
    `    InitiatingProcessFileName = ${text(columns.InitiatingProcessParentFileName)}, Timestamp = ${created === undefined ? 'datetime(null)' : kqlName(created)}`,
    `| join kind=inner _Events on Device`,
    `| where Time between (EventStart .. iff(EventEnd > EventStart, EventEnd, EventStart + ${kqlTimespan(withinMs)}))`,
    events.source !== undefined &&
      network.source !== undefined &&
      `| where LocalAddress == EventSource or LocalAddress == strcat("::ffff:", EventSource)`,
    `| summarize Opened = count(), Timestamp = min(Timestamp), FileName = min(FileName), ProcessCommandLine = min(ProcessCommandLine),`,
    `    AccountName = min(AccountName), InitiatingProcessFileName = min(InitiatingProcessFileName)`,
    `    by Device, EventSource, EventStart, ProcessId, FileKey = tolower(FileName);`,
  );
}

function processes({ processes: started, withinMs }: CorrelationQuery): string {
  const within = kqlTimespan(withinMs);
  return lines(
    `let _AllOpened = _Openers | summarize AllOpened = sum(Opened) by Device, EventSource, EventStart;`,
    `// Processes that started around that time.`,
    `let _Started = ${kqlName(started.table)}`,
    `| project Device = tolower(tostring(${kqlName(started.device)})), DeviceName = tostring(${kqlName(started.device)}), Timestamp = ${kqlName(started.time)},`,
    `    ProcessId = ${number(started.columns.ProcessId)}, ${processTexts.map((role) => `${role} = ${text(started.columns[role])}`).join(', ')}`,
    `| join kind=inner _Events on Device`,
    `| where Timestamp between ((EventStart - ${within}) .. (EventStart + ${within}))`,
    `| extend FileKey = tolower(FileName)`,
    `| distinct Device, DeviceName, EventSource, EventStart, Timestamp, ProcessId, FileKey, ${processTexts.join(', ')};`,
  );
}

function candidates({ network }: CorrelationQuery): string {
  const key = 'Device, EventSource, EventStart, ProcessId, FileKey';
  return lines(
    `// Those, and any that started earlier but opened a good share of the connections.`,
    `let _Candidates = union`,
    `    (_Started | join kind=leftouter (_Openers | project ${key}, Opened) on ${key}),`,
    `    (_Openers | join kind=leftanti _Started on ${key} | extend DeviceName = Device, InitiatingProcessCommandLine = "", OnlyNetwork = true)`,
    `| join kind=leftouter _AllOpened on Device, EventSource, EventStart`,
    `| extend Opened = coalesce(Opened, 0), AllOpened = coalesce(AllOpened, 0), IsListed = isnull(OnlyNetwork)`,
    `| where IsListed or ${network ? `Opened >= ${leastShare} * AllOpened` : 'false'}`,
    `| extend Lead = (EventStart - Timestamp) / 1s;`,
  );
}

function ranking({ top }: CorrelationQuery): string {
  const sum = evidence.map(({ id }) => `P${id}`).join(' + ');
  const reasons = evidence.map(
    ({ id, reason }) => `iff(P${id} >= 0.5, strcat("; ", ${reason}, " (+", tolong(round(P${id})), ")"), "")`,
  );
  return lines(
    `_Candidates`,
    `| extend ${evidence.map(({ id, points }) => `P${id} = ${points}`).join(',\n    ')}`,
    `| extend Score = tolong(round(${sum}))`,
    `| extend Reasons = substring(strcat(${reasons.join(',\n    ')},`,
    `    iff(Lead < 0, strcat("; started ", round(abs(Lead), 1), " s after the first connection (+0)"), ""),`,
    `    iff(IsListed, "", "; known only from the network log")), 2)`,
    `| sort by EventStart asc, Device asc, EventSource asc, Score desc, Timestamp desc, ProcessId asc, FileName asc, ProcessCommandLine asc`,
    `| extend Rank = tolong(row_cumsum(1, EventStart != prev(EventStart) or Device != prev(Device) or EventSource != prev(EventSource)))`,
    `| where Rank <= ${top}`,
    `| extend Severity = case(Score >= ${severityFrom.high}, "high", Score >= ${severityFrom.medium}, "medium", "low")`,
    `| project Rank, Score, Severity, DeviceName, Timestamp, FileName, ProcessId, ProcessCommandLine, AccountName,`,
    `    InitiatingProcessFileName, InitiatingProcessCommandLine, SecondsBefore = round(Lead, 3), ConnectionsOpened = Opened,`,
    `    EventSource, EventStart, Reasons`,
    `| sort by EventStart asc, EventSource asc, DeviceName asc, Rank asc`,
  );
}

/** Statements that tell on which devices and in what time to look, for a query of what was looked at. */
export function eventScope(events: CorrelationQuery['with'], withinMs: number): string {
  const [within, time] = [kqlTimespan(withinMs), kqlName(events.time)];
  return lines(
    `let _Devices = toscalar(${kqlName(events.table)} | summarize make_set(tolower(tostring(${kqlName(events.device)}))));`,
    `let _EventsFrom = toscalar(${kqlName(events.table)} | summarize min(${time})) - ${within};`,
    `let _EventsTo = toscalar(${kqlName(events.table)} | summarize max(${time})) + ${within};`,
  );
}

/** Whether a process started in that time; see {@link eventScope}. */
export function startedThen({ processes: started }: CorrelationQuery): string {
  return `${kqlName(started.time)} between (_EventsFrom .. _EventsTo)`;
}

const text = (column: string | undefined): string =>
  column === undefined ? '""' : `tostring(${kqlName(column)})`;
const number = (column: string | undefined): string =>
  column === undefined ? 'long(null)' : `tolong(${kqlName(column)})`;

function lines(...parts: readonly (string | false)[]): string {
  return parts.filter((part) => part !== false).join('\n');
}
