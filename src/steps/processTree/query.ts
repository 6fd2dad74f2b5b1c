/** The KQL of `process-tree`. */
import { kqlName, kqlString } from '../../kql/kqlText.ts';

/** What the process did, by table: how an event reads, and by what equal ones are counted. */
export interface EventTable {
  readonly kind: 'network' | 'file' | 'registry' | 'logon';
  readonly table: string;
  /** KQL of the event in words. */
  readonly text: string;
  readonly time: string;
  readonly device: string;
}

export interface TreeQuery {
  /** Rows of which one names the process. */
  readonly of: {
    /** KQL of the rows. */
    readonly rows: string;
    readonly device: string;
    /** KQL of when the process was seen. */
    readonly seen: string;
    /** KQL that orders the rows so that the chosen one is at its place. */
    readonly order: string;
    /** Whether `seen` is the time of creation, and `FileName`, `ProcessCommandLine` and `AccountName` are there to tell of it. */
    readonly isStart: boolean;
  };
  /** Place of the chosen row, from 1. */
  readonly rank: number;
  readonly processes: {
    readonly table: string;
    readonly time: string;
    readonly device: string;
    /** Columns that the table has, of those that this query can use. */
    readonly has: (column: string) => boolean;
  };
  readonly up: number;
  readonly down: number;
  readonly events: readonly EventTable[];
  readonly most: number;
}

/** How far a clock may be off between the two records of one start. */
const clockSlack = '2s';

/** Columns of a node while the query runs. */
const node = 'Key, ParentKey, Device, ProcessId, Created, FileName, CommandLine, Account, Level0';
const nodeIn = (kind: number): string => node.replace('Level0', `Level0 = ${kind}`);

/** A complete KQL query with a row for each process of the tree, then for what the chosen one did. */
export function treeQuery(query: TreeQuery): string {
  return [
    started(query),
    starters(),
    asked(query),
    nodes(query),
    chosen(query),
    family(query),
    result(query),
  ].join('\n');
}

const key = (device: string, id: string, created: string): string =>
  `strcat(${device}, "|", ${id}, "|", bin(${created}, 1ms))`;

function started({ processes }: TreeQuery): string {
  const { table, time, device, has } = processes;
  const text = (name: string): string => (has(name) ? `tostring(${kqlName(name)})` : '""');
  const number = (name: string): string => (has(name) ? `tolong(${kqlName(name)})` : 'long(null)');
  const instant = (name: string): string => (has(name) ? kqlName(name) : 'datetime(null)');
  return lines(
    `// Every process once: an id is used again, an id with its time of creation is not.`,
    `let _Started = ${kqlName(table)}`,
    `| project Device = tolower(tostring(${kqlName(device)})), ProcessId = ${number('ProcessId')}, Created = coalesce(${instant('ProcessCreationTime')}, ${kqlName(time)}),`,
    `    FileName = ${text('FileName')}, CommandLine = ${text('ProcessCommandLine')}, Account = ${text('AccountName')},`,
    `    ById = ${number('InitiatingProcessId')}, ByCreated = ${instant('InitiatingProcessCreationTime')}, ByFileName = ${text('InitiatingProcessFileName')},`,
    `    ByCommandLine = ${text('InitiatingProcessCommandLine')}, ByAccount = ${text('InitiatingProcessAccountName')}, ByParentId = ${number('InitiatingProcessParentId')},`,
    `    ByParentCreated = ${instant('InitiatingProcessParentCreationTime')}, ByParentFileName = ${text('InitiatingProcessParentFileName')}`,
    `| where isnotnull(ProcessId) and isnotnull(Created)`,
    `| extend Key = ${key('Device', 'ProcessId', 'Created')};`,
    `// Where a log does not say when the parent was created, it is the last process of that id before.`,
    `let _Unsaid = _Started | where isnull(ByCreated) and isnotnull(ById)`,
    `| join kind=inner (_Started | project Device, ById = ProcessId, Before = Created) on Device, ById`,
    `| where Before <= Created | summarize Before = max(Before) by Key;`,
    `let _Linked = _Started | lookup kind=leftouter _Unsaid on Key | extend ByCreated = coalesce(ByCreated, Before)`,
    `| extend ParentKey = iff(isnull(ById), "", iff(isnull(ByCreated), strcat(Device, "|", ById, "|"), ${key('Device', 'ById', 'ByCreated')}));`,
  );
}

/** A process that started before the log begins is known from what it started. */
function starters(): string {
  return lines(
    `let _Starters = _Linked | where isnotempty(ParentKey)`,
    `| project Key = ParentKey, Device, ProcessId = ById, Created = ByCreated, FileName = ByFileName, CommandLine = ByCommandLine, Account = ByAccount,`,
    `    ParentKey = iff(isnull(ByParentId), "", iff(isnull(ByParentCreated), strcat(Device, "|", ByParentId, "|"), ${key('Device', 'ByParentId', 'ByParentCreated')})),`,
    `    GrandId = ByParentId, GrandCreated = ByParentCreated, GrandName = ByParentFileName;`,
    `let _Grands = _Starters | where isnotempty(ParentKey)`,
    `| project Key = ParentKey, ParentKey = "", Device, ProcessId = GrandId, Created = GrandCreated, FileName = GrandName, CommandLine = "", Account = "";`,
  );
}

function asked({ of, rank }: TreeQuery): string {
  const told = of.isStart ? ', FileName, CommandLine = ProcessCommandLine, Account = AccountName' : '';
  return lines(
    `// The process that the tree is about.`,
    `let _Asked = ${of.rows} | sort by ${of.order} | extend Place = row_number() | where Place == ${rank}`,
    `| project Device = tolower(tostring(${kqlName(of.device)})), ProcessId = tolong(ProcessId), Seen = ${of.seen}${told};`,
  );
}

/** Of the records of one process the one that tells most. */
function nodes({ of }: TreeQuery): string {
  return lines(
    `let _Nodes = materialize(union`,
    `    (_Linked | project ${nodeIn(0)}),`,
    `    (_Starters | project ${nodeIn(1)}),`,
    `    (_Grands | project ${nodeIn(2)})${of.isStart ? ',' : ''}`,
    ...(of.isStart
      ? [
          `    (_Asked | where isnotnull(ProcessId) and isnotnull(Seen) | extend Created = Seen, ParentKey = "", Key = ${key('Device', 'ProcessId', 'Seen')} | project ${nodeIn(3)})`,
        ]
      : []),
    `| summarize arg_min(Level0, *) by Key | project ${node});`,
  );
}

function chosen({ of }: TreeQuery): string {
  const isIt = of.isStart
    ? `Created between ((Seen - ${clockSlack}) .. (Seen + ${clockSlack}))`
    : `Created <= Seen + ${clockSlack}`;
  const best = of.isStart ? 'Level0 asc, Created desc' : 'Created desc';
  return `let _Chosen = toscalar(_Nodes | join kind=inner _Asked on Device, ProcessId | where ${isIt} | sort by ${best} | take 1 | project Key);`;
}

/** Ancestors one by one, descendants level by level. */
function family({ up, down }: TreeQuery): string {
  const above = Array.from(
    { length: up },
    (_, level) =>
      `let _Up${level + 1} = toscalar(_Nodes | where Key == ${level === 0 ? '_Chosen' : `_Up${level}`} | project ParentKey | take 1);`,
  );
  const below = Array.from({ length: down }, (_, level) =>
    level === 0
      ? `let _Down1 = _Nodes | where isnotempty(_Chosen) and ParentKey == _Chosen and Key != _Chosen | project Key, Level = 1;`
      : `let _Down${level + 1} = _Nodes | where ParentKey in ((_Down${level} | project Key)) | project Key, Level = ${level + 1};`,
  );
  const ups = above.map((_, level) => `print Key = _Up${level + 1}, Level = ${-(level + 1)}`);
  const downs = below.map((_, level) => `_Down${level + 1}`);
  return lines(
    ...above,
    ...below,
    `let _Family = union ${[`print Key = _Chosen, Level = 0`, ...ups, ...downs].map((part) => `(${part})`).join(', ')}`,
    `| where isnotempty(Key) | summarize Level = min(Level) by Key;`,
  );
}

function result({ events, most }: TreeQuery): string {
  const deeds = most === 0 ? [] : events;
  return lines(
    ...deeds.map((event) => deedsOf(event)),
    `let _Processes = _Family | join kind=inner _Nodes on Key`,
    `| project Level = tolong(Level), Kind = "process", Timestamp = Created, DeviceName = Device, ProcessId, FileName, CommandLine, Account,`,
    `    Events = long(null), Node = strcat(FileName, " (", ProcessId, ")"),`,
    `    About = strcat(format_datetime(Created, "yyyy-MM-dd HH:mm:ss"), iff(isempty(Account), "", strcat("  ", Account)), iff(isempty(CommandLine), "", strcat("  ", CommandLine))),`,
    `    IsChosen = Key == _Chosen, NodeKey = Key, ParentKey;`,
    `union _Processes${deeds.map(({ kind }) => `, (_Did_${kind} | where Place <= ${most}), (_Did_${kind} | where Place > ${most} | summarize Kinds = count(), Events = sum(Events) | where Kinds > 0 | project Level = long(1), Kind = ${kqlString(kind)}, Events, Node = strcat("... and ", Kinds, iff(Kinds == 1, " more kind", " more kinds"), ${kqlString(` of ${kind} event`)}), IsChosen = false, NodeKey = ${kqlString(`${kind} more`)}, ParentKey = _Chosen)`).join('')}`,
    `| project Level, Kind, Timestamp, DeviceName, ProcessId, FileName, CommandLine, Account, Events, Node, About, IsChosen, NodeKey, ParentKey`,
    `| sort by Level asc, Timestamp asc, Kind asc, NodeKey asc`,
  );
}

/** Equal events of the chosen process, counted, the earliest first. */
function deedsOf({ kind, table, text, time, device }: EventTable): string {
  return lines(
    `// What the process did: ${kind}.`,
    `let _Did_${kind} = ${kqlName(table)}`,
    `| extend Key = ${key(`tolower(tostring(${kqlName(device)}))`, 'tolong(InitiatingProcessId)', 'InitiatingProcessCreationTime')}`,
    `| where Key == _Chosen`,
    `| summarize Events = count(), Timestamp = min(${kqlName(time)}), Last = max(${kqlName(time)}) by Node = ${text}`,
    `| sort by Timestamp asc, Node asc`,
    `| project Level = long(1), Kind = ${kqlString(kind)}, Timestamp, Events, Node, IsChosen = false, Place = row_number(),`,
    `    About = strcat(format_datetime(Timestamp, "yyyy-MM-dd HH:mm:ss"), iff(Events == 1, "", strcat("  ", Events, " times, the last ", format_datetime(Last, "HH:mm:ss")))),`,
    `    NodeKey = strcat(${kqlString(`${kind} `)}, row_number()), ParentKey = _Chosen;`,
  );
}

function lines(...parts: readonly string[]): string {
  return parts.join('\n');
}
