/** Tables that hold raw events, and how rules find a field in them. */
import { kqlName, kqlString } from '../../kql/kqlText.ts';
import type { ScalarType, TableSchema } from '../../kql/types.ts';
import type { SourceKind } from './lens.ts';

export interface RawSource {
  readonly table: string;
  readonly kind: SourceKind;
  /** KQL of what every event has: `time` (datetime), `device`, `channel` and the like (text), `eventId`, `record` (long). */
  readonly system: ReadonlyMap<string, string>;
  /** KQL of the field's text; undefined where no event can have it. */
  field(name: string): string | undefined;
  /** KQL of a property bag of all fields but those that `taken`, KQL of an array, names. */
  rest(taken: string): string;
}

type Columns = ReadonlyMap<string, ScalarType>;

/** Returns the source that the table is; undefined for a table of another kind. */
export function rawSourceOf({ name, columns }: TableSchema): RawSource | undefined {
  const types = new Map(columns.map((column) => [column.name, column.type]));
  for (const shape of shapes) {
    const source = shape(types);
    if (source !== undefined) return { table: name, ...source };
  }
  return undefined;
}

type Shape = (columns: Columns) => Omit<RawSource, 'table'> | undefined;

/** What {@link RawSource.system} needs of a Windows event, each by the first column of the list that there is. */
const windowsColumns = {
  time: ['@timestamp', 'TimeCreated', 'TimeGenerated', 'EventTime', 'Timestamp'],
  device: ['Computer', 'Hostname', 'host'],
  channel: ['Channel'],
  eventId: ['EventID', 'EventId'],
  record: ['RecordId', 'RecordNumber', 'EventRecordID'],
  userSid: ['UserId', 'UserID'],
} as const;

const longs: ReadonlySet<string> = new Set(['eventId', 'record']);

/** The columns of `wanted` as the system fields they give; undefined where a needed one is missing. */
function systemFields(
  columns: Columns,
  wanted: Readonly<Record<string, readonly string[]>>,
  optional: readonly string[],
): Map<string, string> | undefined {
  const found = new Map<string, string>();
  for (const [name, candidates] of Object.entries(wanted)) {
    const column = candidates.find((candidate) => columns.has(candidate));
    if (column === undefined) {
      if (!optional.includes(name)) return undefined;
      found.set(name, longs.has(name) ? 'long(null)' : '""');
    } else found.set(name, systemField(name, column, columns.get(column)));
  }
  return found;
}

function systemField(name: string, column: string, type: ScalarType | undefined): string {
  const value = kqlName(column);
  if (name === 'time') return type === 'datetime' ? value : `todatetime(${value})`;
  if (longs.has(name)) return type === 'long' ? value : `tolong(${value})`;
  return type === 'string' ? value : `tostring(${value})`;
}

/** The text of a column, as rules take fields. */
function columnText(columns: Columns, name: string): string | undefined {
  const type = columns.get(name);
  if (type === undefined) return undefined;
  return type === 'string' ? kqlName(name) : `tostring(${kqlName(name)})`;
}

/** All columns with a value, but for the metadata and those taken. */
function otherColumns(metadata: readonly string[], taken: string): string {
  const without = `dynamic([${metadata.map(kqlString).join(', ')}])`;
  return `bag_remove_keys(pack_all(true), array_concat(${without}, ${taken}))`;
}

/** Windows events as the EVTX reader gives them: the event's own fields in one bag. */
const evtx: Shape = (columns) => {
  if (columns.get('EventData') !== 'dynamic') return undefined;
  const system = systemFields(columns, windowsColumns, ['record', 'userSid']);
  return (
    system && {
      kind: 'windows',
      system,
      field: (name) => `tostring(EventData[${kqlString(name)}])`,
      rest: (taken) => `bag_remove_keys(EventData, ${taken})`,
    }
  );
};

/** Windows events with a column for each field, as NXLog and other collectors write them. */
const flatWindows: Shape = (columns) => {
  const system = systemFields(columns, windowsColumns, ['record', 'userSid']);
  const metadata = Object.values(windowsColumns).flat();
  return (
    system && {
      kind: 'windows',
      system,
      field: (name) => columnText(columns, name),
      rest: (taken) => otherColumns(metadata, taken),
    }
  );
};

/** Windows events as Winlogbeat writes them (https://www.elastic.co/docs/reference/beats/winlogbeat). */
const winlogbeat: Shape = (columns) => {
  if (columns.get('winlog') !== 'dynamic' || !columns.has('@timestamp')) return undefined;
  const system = systemFields(columns, { time: ['@timestamp'] }, []);
  if (system === undefined) return undefined;
  system.set('device', 'tostring(winlog.computer_name)');
  system.set('channel', 'tostring(winlog.channel)');
  system.set('eventId', 'tolong(winlog.event_id)');
  system.set('record', 'tolong(winlog.record_id)');
  system.set('userSid', 'tostring(winlog.user.identifier)');
  system.set('provider', 'tostring(winlog.provider_name)');
  return {
    kind: 'windows',
    system,
    field: (name) => `tostring(winlog.event_data[${kqlString(name)}])`,
    rest: (taken) => `bag_remove_keys(winlog.event_data, ${taken})`,
  };
};

/** Windows events as XML turned into JSON, one member `Event` a row, as `evtx_dump` and others write them. */
const xmlEvents: Shape = (columns) => {
  if (columns.get('Event') !== 'dynamic') return undefined;
  const { size } = columns;
  if (size > mostBesideEvent) return undefined;
  const of = (path: string): string => `Event.System${path}`;
  return {
    kind: 'windows',
    system: new Map([
      ['time', `todatetime(${of('.TimeCreated["#attributes"].SystemTime')})`],
      ['device', `tostring(${of('.Computer')})`],
      ['channel', `tostring(${of('.Channel')})`],
      ['eventId', `coalesce(tolong(${of('.EventID["#text"]')}), tolong(${of('.EventID')}))`],
      ['record', `tolong(${of('.EventRecordID')})`],
      ['userSid', `tostring(${of('.Security["#attributes"].UserID')})`],
      ['provider', `tostring(${of('.Provider["#attributes"].Name')})`],
    ]),
    field: (name) => `tostring(Event.EventData[${kqlString(name)}])`,
    rest: (taken) => `bag_remove_keys(Event.EventData, ${taken})`,
  };
};

/** Columns that such a table has at most: others have a column `Event` of another meaning. */
const mostBesideEvent = 4;

const zeekMetadata = ['ts', '_path', '@stream'];

/** Zeek logs; some shippers write `id_orig_h` for `id.orig_h` and name the log in `@stream` or `_path`. */
const zeek: Shape = (columns) => {
  const columnOf = (name: string): string | undefined =>
    [name, name.replace('.', '_')].find((candidate) => columns.has(candidate));
  const timeType = columns.get('ts');
  if (timeType === undefined || !columns.has('uid') || columnOf('id.orig_h') === undefined) return undefined;
  const idPrefix = columns.has('id.orig_h') ? 'id.' : 'id_';
  const stream = ['_path', '@stream'].find((name) => columns.has(name));
  return {
    kind: 'zeek',
    system: new Map([
      ['time', timeType === 'datetime' ? 'ts' : 'unixtime_seconds_todatetime(todouble(ts))'],
      ['stream', stream === undefined ? '""' : (columnText(columns, stream) ?? '""')],
    ]),
    field: (name) => {
      const column = columnOf(name);
      return column === undefined ? undefined : columnText(columns, column);
    },
    rest: (taken) => otherColumns(zeekMetadata, taken.replaceAll('"id.', `"${idPrefix}`)),
  };
};

const shapes: readonly Shape[] = [evtx, flatWindows, winlogbeat, xmlEvents, zeek];
