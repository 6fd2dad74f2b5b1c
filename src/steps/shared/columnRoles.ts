/** Which column of any table tells when, where and who: by name, as Defender, Sentinel, Zeek and the steps call them. */
import type { ScalarType, TableSchema } from '../../kql/types.ts';

const times = [
  'Timestamp',
  'TimeGenerated',
  'FirstSeen',
  'EventTime',
  'TimeCreated',
  '@timestamp',
  'ts',
  'StartTime',
  'Time',
];
const devices = [
  'DeviceName',
  'Computer',
  'DvcHostname',
  'Hostname',
  'HostName',
  'Device',
  'Host',
  'id.orig_h',
  'id_orig_h',
  'Source',
  'LocalIP',
];
const accounts = [
  'AccountName',
  'InitiatingProcessAccountName',
  'Account',
  'SubjectUserName',
  'TargetUserName',
  'UserName',
  'User',
  'AccountUpn',
  'UserPrincipalName',
];

/** The column with the time of a row: a usual name, else the only datetime column; undefined where neither is there. */
export function timeColumn(table: TableSchema): string | undefined {
  const usual = named(table, times, ['datetime']);
  if (usual !== undefined) return usual;
  const [only, second] = table.columns.filter(({ type }) => type === 'datetime');
  return second === undefined ? only?.name : undefined;
}

/** Returns the column with the device; undefined where the table has none. */
export function deviceColumn(table: TableSchema): string | undefined {
  return named(table, devices, ['string']);
}

/** Returns the column with the account; undefined where the table has none. */
export function accountColumn(table: TableSchema): string | undefined {
  return named(table, accounts, ['string']);
}

function named(
  table: TableSchema,
  names: readonly string[],
  types: readonly ScalarType[],
): string | undefined {
  return names.find((name) =>
    table.columns.some((column) => column.name === name && types.includes(column.type)),
  );
}
