/** Tables of raw Windows events as targets: fields by the names that the events themselves have. */
import { rawSourceOf, type RawSource } from '../../data/lenses/rawSource.ts';
import { kqlName, kqlString, kqlStrings } from '../../kql/kqlText.ts';
import type { ScalarType, TableSchema } from '../../kql/types.ts';
import type { LogSource } from '../rule.ts';
import type { FieldValue, Target } from './target.ts';
import { allText } from './allText.ts';
import {
  channelsOfService,
  eventsOfCategory,
  securityProcessFields,
  type EventSet,
} from './windowsEvents.ts';

/** Where the header of an event has the field, by its Sigma name: a part of the source's system, or columns. */
const headerFields: Readonly<
  Record<string, { readonly system?: string; readonly columns?: readonly string[] }>
> = {
  eventid: { system: 'eventId' },
  channel: { system: 'channel' },
  eventlog: { system: 'channel' },
  computer: { system: 'device' },
  computername: { system: 'device' },
  provider_name: { columns: ['Provider', 'SourceName', 'ProviderName', 'Provider_Name'] },
  eventrecordid: { system: 'record' },
  level: { columns: ['Level', 'EventLevel'] },
  task: { columns: ['Task'] },
  opcode: { columns: ['Opcode', 'OpcodeValue'] },
  keywords: { columns: ['Keywords'] },
  execution_processid: { columns: ['ExecutionProcessID', 'ProcessId', 'SystemProcessId'] },
  execution_threadid: { columns: ['ThreadID', 'ThreadId', 'SystemThreadId'] },
  security_userid: { columns: ['UserId', 'UserID', 'SystemUserId'] },
};

/**
 * Returns the table as a target for Windows rules of the log source; undefined where it holds no raw Windows events, or
 * the log source is none of Windows. `fields` are those that the rule reads.
 */
export function rawWindowsTarget(
  table: TableSchema,
  logSource: LogSource,
  fields: readonly string[],
): Target | undefined {
  const events = eventsOf(logSource);
  const source = events === undefined ? undefined : rawSourceOf(table);
  if (events === undefined || source?.kind !== 'windows') return undefined;
  const types = new Map(table.columns.map(({ name, type }) => [name, type]));
  const isProcess = logSource.category === 'process_creation';
  // Security 4688 tells of fewer fields: a rule that needs others would be false there, or miss its own filter.
  const takesSecurity =
    isProcess && fields.every((name) => name.toLowerCase() in securityProcessFields || isHeader(name));
  const where = [conditionOf(events, source, types), ...(takesSecurity ? [securityCondition(source)] : [])];
  return {
    table: table.name,
    where: where.length === 1 ? where[0] : where.map((each) => `(${each})`).join(' or '),
    field: (name) => fieldOf(name, source, types, takesSecurity),
    text: () => allText(table, source.system),
    time: source.system.get('time'),
    device: source.system.get('device'),
    columns: new Set(types.keys()),
    absent: (name) => !isHeader(name) && source.field(name) === undefined,
  };
}

/** The events of the log source; undefined where Windows has none. */
function eventsOf({ category, product, service }: LogSource): EventSet | undefined {
  if (product !== undefined && product !== 'windows') return undefined;
  const byCategory = category === undefined ? undefined : eventsOfCategory[category];
  if (byCategory !== undefined) return byCategory;
  if (product !== 'windows' || category !== undefined) return undefined;
  if (service === undefined) return { channels: [] };
  const channels = channelsOfService[service];
  return channels === undefined ? undefined : { channels };
}

function isHeader(name: string): boolean {
  return name.toLowerCase() in headerFields;
}

function conditionOf(
  { channels, ids, provider }: EventSet,
  source: RawSource,
  types: ReadonlyMap<string, ScalarType>,
): string {
  const parts: string[] = [];
  const channel = source.system.get('channel') ?? '""';
  const [only] = channels;
  if (only !== undefined) {
    parts.push(
      channels.length === 1 ? `${channel} =~ ${kqlString(only)}` : `${channel} in~ ${kqlStrings(channels)}`,
    );
  }
  const eventId = source.system.get('eventId') ?? 'long(null)';
  if (ids !== undefined)
    parts.push(ids.length === 1 ? `${eventId} == ${ids[0] ?? 0}` : `${eventId} in (${ids.join(', ')})`);
  if (provider !== undefined) {
    const column = headerFields['provider_name']?.columns?.find((name) => types.has(name));
    parts.push(column === undefined ? 'false' : `${kqlName(column)} =~ ${kqlString(provider)}`);
  }
  return parts.length === 0 ? 'true' : parts.join(' and ');
}

function securityCondition(source: RawSource): string {
  return `${source.system.get('channel') ?? '""'} =~ "Security" and ${source.system.get('eventId') ?? 'long(null)'} == 4688`;
}

function fieldOf(
  name: string,
  source: RawSource,
  types: ReadonlyMap<string, ScalarType>,
  takesSecurity: boolean,
): FieldValue {
  const header = headerFields[name.toLowerCase()];
  if (header?.system !== undefined) {
    const isNumber = header.system === 'eventId' || header.system === 'record';
    const kql = source.system.get(header.system) ?? '""';
    return { kql, type: isNumber ? 'long' : 'string', isColumn: types.has(kql) };
  }
  const column = header?.columns?.find((candidate) => types.has(candidate));
  if (column !== undefined) {
    const type = types.get(column) ?? 'string';
    return type === 'string'
      ? { kql: kqlName(column), type, isColumn: true }
      : { kql: `tostring(${kqlName(column)})`, type: 'string', isColumn: false };
  }
  const provider = name.toLowerCase() === 'provider_name' ? source.system.get('provider') : undefined;
  if (provider !== undefined) return { kql: provider, type: 'string', isColumn: false };
  const own = source.field(name);
  const security = takesSecurity ? securityProcessFields[name.toLowerCase()] : undefined;
  const other = security === undefined || security === name ? undefined : source.field(security);
  // Events of such logs may have the field, but none of these has: it is empty in all.
  if (own === undefined)
    return { kql: other ?? '""', type: 'string', isColumn: other !== undefined && types.has(security ?? '') };
  if (other !== undefined)
    return { kql: `iff(isempty(${own}), ${other}, ${own})`, type: 'string', isColumn: false };
  const bag = /^tostring\((\w[\w.]*\[.*\])\)$/s.exec(own)?.[1];
  return {
    kql: own,
    type: 'string',
    isColumn: types.get(name) === 'string' && own === kqlName(name),
    ...(bag !== undefined && { present: `isnotnull(${bag})` }),
  };
}
