/** What a process did, as the tables of Microsoft Defender tell it. */
import type { Schema } from '../../kql/types.ts';
import type { EventTable } from './query.ts';

/** How events of the tables read, by the columns that they need. */
const deeds = [
  {
    kind: 'network',
    table: 'DeviceNetworkEvents',
    columns: ['ActionType', 'RemoteIP', 'RemotePort'],
    text: 'strcat(ActionType, " ", RemoteIP, ":", tostring(RemotePort))',
  },
  {
    kind: 'file',
    table: 'DeviceFileEvents',
    columns: ['ActionType', 'FolderPath'],
    text: 'strcat(ActionType, " ", FolderPath)',
  },
  {
    kind: 'registry',
    table: 'DeviceRegistryEvents',
    columns: ['ActionType', 'RegistryKey', 'RegistryValueName'],
    text: 'strcat(ActionType, " ", RegistryKey, iff(isempty(RegistryValueName), "", strcat(" ", RegistryValueName)))',
  },
  {
    kind: 'logon',
    table: 'DeviceLogonEvents',
    columns: ['ActionType', 'AccountName', 'LogonType'],
    text: 'strcat(ActionType, " ", AccountName, " ", LogonType)',
  },
] as const;

/** The tables that tell of deeds, whether they are there or not. */
export const deedTables: readonly string[] = deeds.map(({ table }) => table);

/** Those tables of the session that say which process did it. */
export function eventTables({ tables }: Schema): EventTable[] {
  return deeds.flatMap(({ kind, table: name, columns, text }): EventTable[] => {
    const table = tables.find((candidate) => candidate.name === name);
    const find = (wanted: string) => table?.columns.find((column) => column.name === wanted);
    const needed = ['DeviceName', 'InitiatingProcessId', ...columns];
    const time = find('Timestamp') ?? find('TimeGenerated');
    const created = find('InitiatingProcessCreationTime');
    if (!needed.every(find) || time?.type !== 'datetime' || created?.type !== 'datetime') return [];
    return [{ kind, table: name, text, time: time.name, device: 'DeviceName' }];
  });
}
