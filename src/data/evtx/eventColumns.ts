/** The columns of a Windows event log. */
import type { ScalarType } from '../../kql/types.ts';

export interface EventColumn {
  readonly name: string;
  readonly type: ScalarType;
  /** Its key in the rows that the converter writes. */
  readonly key: string;
  /** How the value is written. */
  readonly kind: 'time' | 'int' | 'long' | 'text' | 'json';
  /** Where `System` holds it: an element, or an element's attribute. */
  readonly path?: string;
}

const list: readonly (readonly [string, EventColumn['kind'], string?])[] = [
  ['TimeCreated', 'time', 'TimeCreated@SystemTime'],
  ['Computer', 'text', 'Computer'],
  ['Channel', 'text', 'Channel'],
  ['Provider', 'text', 'Provider@Name'],
  ['EventID', 'int', 'EventID'],
  ['RecordId', 'long', 'EventRecordID'],
  ['UserId', 'text', 'Security@UserID'],
  ['Level', 'int', 'Level'],
  ['EventData', 'json'],
  ['UserData', 'json'],
  ['Task', 'int', 'Task'],
  ['Opcode', 'int', 'Opcode'],
  ['Keywords', 'text', 'Keywords'],
  ['Version', 'int', 'Version'],
  ['ProcessId', 'long', 'Execution@ProcessID'],
  ['ThreadId', 'long', 'Execution@ThreadID'],
  ['ActivityId', 'text', 'Correlation@ActivityID'],
  ['RelatedActivityId', 'text', 'Correlation@RelatedActivityID'],
  ['ProviderGuid', 'text', 'Provider@Guid'],
  ['AdditionalFields', 'json'],
];

const types: Readonly<Record<EventColumn['kind'], ScalarType>> = {
  time: 'datetime',
  int: 'int',
  long: 'long',
  text: 'string',
  json: 'dynamic',
};

export const eventColumns: readonly EventColumn[] = list.map(([name, kind, path], index) => ({
  name,
  kind,
  path,
  type: types[kind],
  key: `c${index}`,
}));

/** The columns by where `System` holds them. */
export const columnOfSystem: ReadonlyMap<string, EventColumn> = new Map(
  eventColumns.flatMap((column) => (column.path === undefined ? [] : [[column.path, column]])),
);
