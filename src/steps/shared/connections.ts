/** Where a table of connections holds what a detection needs, whichever log it comes from. */
import { z } from 'zod';
import { kqlName, kqlStrings } from '../../kql/kqlText.ts';
import type { Column, Schema } from '../../kql/types.ts';
import { keptBy, type Exclusions } from './exclusions.ts';
import type { LookedTable } from './lookedAt.ts';
import { findColumn, requireColumn, requireTable, type ColumnRequest } from './tableColumns.ts';

const columnName = z.string().min(1);

/** The `columns` argument: names that override those found in known logs. */
export const connectionColumnsArgument = z
  .strictObject({
    time: columnName
      .optional()
      .describe('Time of the connection (datetime, or seconds since 1970 as a number).'),
    source: columnName.optional().describe('Address that connects.'),
    destination: columnName.optional().describe('Address that is connected to.'),
    port: columnName.optional().describe('Port that is connected to.'),
    device: columnName
      .optional()
      .describe('Device that connects; where there is none, the source stands for it.'),
    action: columnName
      .nullable()
      .optional()
      .describe('Column that tells what became of the connection; null when the log does not say.'),
    process: columnName.optional().describe('Program that connects.'),
    bytes: columnName.optional().describe('Bytes that the source sent.'),
  })
  .prefault({})
  .describe('Names of the columns, where they are not those of a known log.');

export type ConnectionColumnsArgument = z.infer<typeof connectionColumnsArgument>;

type Role = keyof ConnectionColumnsArgument;

/**
 * Column names of known logs, most usual first: Defender's DeviceNetworkEvents, Zeek conn (dots, or the underscores of
 * some collectors), CommonSecurityLog, ASIM network sessions, Azure Firewall, WindowsFirewall, VMConnection.
 */
const usualNames: Readonly<Record<Role, readonly string[]>> = {
  time: ['Timestamp', 'TimeGenerated', 'ts', 'EventStartTime', 'StartTime'],
  source: ['LocalIP', 'id.orig_h', 'id_orig_h', 'SourceIP', 'SrcIpAddr', 'SourceIp', 'src_ip', 'SrcIP'],
  destination: [
    'RemoteIP',
    'id.resp_h',
    'id_resp_h',
    'DestinationIP',
    'DstIpAddr',
    'DestinationIp',
    'dest_ip',
    'dst_ip',
    'DstIP',
  ],
  port: [
    'RemotePort',
    'id.resp_p',
    'id_resp_p',
    'DestinationPort',
    'DstPortNumber',
    'dest_port',
    'dst_port',
    'DstPort',
  ],
  device: ['DeviceName', 'SrcHostname', 'Computer'],
  action: ['ActionType', 'conn_state', 'DeviceAction', 'DvcAction', 'FirewallAction', 'Action', 'action'],
  process: ['InitiatingProcessFileName', 'SourceProcessName', 'SrcProcessName', 'ProcessName'],
  bytes: ['orig_ip_bytes', 'orig_bytes', 'SentBytes', 'SrcBytes', 'BytesSent'],
};

/** In CommonSecurityLog, told by its SourceIP, the device is the firewall that watches, not the one that connects. */
const watchedBy: Readonly<Record<string, string>> = { SourceIP: 'DeviceName' };

/** Action types with which Defender records a connection that the device itself opens. */
const outboundActions: readonly string[] = [
  'ConnectionSuccess',
  'ConnectionFailed',
  'ConnectionAttempt',
  'ConnectionRequest',
];

/**
 * What logs call a connection that did not come about. Defender; Zeek's `conn_state` (S0 unanswered, REJ refused, RSTOS0,
 * RSTRH, SH and SHR half of a handshake); then what firewalls write of traffic that they stopped.
 */
const failedActions: readonly string[] = [
  'ConnectionFailed',
  ...['S0', 'REJ', 'RSTOS0', 'RSTRH', 'SH', 'SHR'],
  ...['Deny', 'Denied', 'Drop', 'Dropped', 'Block', 'Blocked', 'Reject', 'Rejected', 'Reset', 'Failure'],
  ...['Drop ICMP', 'Reset Source', 'Reset Destination', 'reset-both', 'reset-client', 'reset-server'],
];

/** Columns and conditions as KQL over the table's own columns. */
export interface ConnectionTable {
  /** As the schema names it, and as KQL. */
  readonly table: string;
  readonly tableName: string;
  readonly time: string;
  readonly source: string;
  readonly destination: string;
  /** A long. */
  readonly port: string;
  /** The source where the log names no device. */
  readonly device: string;
  readonly process?: string | undefined;
  /** A long. */
  readonly bytes?: string | undefined;
  /** Rows that are connections from the source; absent: all. */
  readonly isAttempt?: string | undefined;
  /** Whether the connection failed; absent when the log does not say. */
  readonly isFailed?: string | undefined;
  /** Names of the columns that must be filled, and of the one that tells the outcome. */
  readonly needs: readonly string[];
  readonly action?: string | undefined;
}

export interface ConnectionRequest {
  readonly in: string;
  readonly columns: ConnectionColumnsArgument;
  /** Values of the action column that are connections from the source; empty: all; undefined: as the log has it. */
  readonly attempts?: readonly string[] | undefined;
  readonly failed?: readonly string[] | undefined;
}

/** Finds the columns. Throws `StepError` at `in` or at the entry of `columns` when one is missing. */
export function connectionTable(schema: Schema, request: ConnectionRequest): ConnectionTable {
  const table = requireTable(schema, request.in, ['in']);
  const asked = (role: Role, purpose: string, types?: ColumnRequest['types']): ColumnRequest => ({
    purpose,
    usual: usualNames[role],
    named: request.columns[role] ?? undefined,
    path: ['columns', role],
    tablePath: ['in'],
    ...(types !== undefined && { types }),
  });
  const time = requireColumn(table, asked('time', 'the time of the connection', timeTypes));
  const source = requireColumn(table, asked('source', 'the address that connects'));
  const destination = requireColumn(table, asked('destination', 'the address that is connected to'));
  const port = requireColumn(table, asked('port', 'the port that is connected to'));
  const found = findColumn(table, asked('device', 'the device that connects'));
  const isWatcher =
    request.columns.device === undefined && found !== undefined && watchedBy[source.name] === found.name;
  const device = isWatcher ? undefined : found;
  const wantsAction = request.columns.action !== null;
  const action = wantsAction
    ? findColumn(table, asked('action', 'what became of the connection'))
    : undefined;
  const process = findColumn(table, asked('process', 'the program that connects'));
  const bytes = findColumn(table, asked('bytes', 'the bytes that the source sent'));
  const attempts = request.attempts ?? (action?.name === 'ActionType' ? outboundActions : []);
  const outcome = action === undefined ? undefined : `tostring(${kqlName(action.name)})`;
  return {
    table: table.name,
    tableName: kqlName(table.name),
    time: instantOf(time),
    source: plainAddress(source),
    destination: plainAddress(destination),
    port: `tolong(${kqlName(port.name)})`,
    device: device === undefined ? plainAddress(source) : `tostring(${kqlName(device.name)})`,
    process: process && `tostring(${kqlName(process.name)})`,
    bytes: bytes && `tolong(${kqlName(bytes.name)})`,
    isAttempt:
      outcome === undefined || attempts.length === 0 ? undefined : `${outcome} in~ ${kqlStrings(attempts)}`,
    isFailed: outcome && `${outcome} in~ ${kqlStrings(request.failed ?? failedActions)}`,
    needs: [time, source, destination, port].map(({ name }) => name),
    action: action?.name,
  };
}

/** Which rows a detection takes, for what it says when it finds nothing: attempts of the source that no exclusion names. */
export function lookedAtConnections(
  { isAttempt, action = '', device, process, port }: ConnectionTable,
  exclusions: Exclusions,
  { what, addresses }: { readonly what: string; readonly addresses: readonly string[] },
): { readonly taken: LookedTable['taken']; readonly must: NonNullable<LookedTable['must']> } {
  const kept = keptBy(exclusions, { names: [device, process], addresses, port });
  const conditions = [isAttempt, kept].filter((condition) => condition !== undefined);
  const where = conditions.join(' and ');
  return {
    taken:
      conditions.length === 0
        ? undefined
        : { what: kept === undefined ? what : `${what} that \`exclude\` leaves`, where },
    must: [
      ...(isAttempt === undefined
        ? []
        : [{ hold: isAttempt, else: `no value of ${action} is a connection from the source` }]),
      ...(kept === undefined ? [] : [{ hold: kept, else: '`exclude` leaves no row' }]),
    ],
  };
}

const timeTypes: ColumnRequest['types'] = ['datetime', 'real', 'long', 'int', 'decimal'];

/** Zeek writes seconds since 1970, which a plain JSON reader leaves a number. */
function instantOf({ name, type }: Column): string {
  return type === 'datetime' ? kqlName(name) : `unixtime_seconds_todatetime(${kqlName(name)})`;
}

/** Defender writes some IPv4 addresses as IPv6 (`::ffff:10.0.0.5`); both are one host. */
function plainAddress({ name }: Column): string {
  return `replace_string(tostring(${kqlName(name)}), "::ffff:", "")`;
}
