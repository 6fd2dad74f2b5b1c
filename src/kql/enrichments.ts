/**
 * Functions that Microsoft Defender's advanced hunting adds to the language and answers from its cloud. The columns are
 * those of its documentation. Here they are filled from a table that the hunter loaded for it, else they are empty; the
 * query is told which. How rows are matched is the business of `operators/enrich.ts`.
 */
import type { Column } from './types.ts';

export interface Enrichment {
  /** Parameters after the table, in Kusto's syntax; the first names the column to look up. */
  readonly parameters: string;
  readonly columns: readonly Column[];
  /** Column to look up where the call names none. */
  readonly key: string;
  /** The table that stands in for the cloud. */
  readonly table: string;
}

export const enrichments: ReadonlyMap<string, Enrichment> = new Map<string, Enrichment>([
  [
    'FileProfile',
    {
      parameters: 'FileHash: string = "SHA1", Limit: long = 100',
      key: 'SHA1',
      table: 'FileProfiles',
      columns: [
        { name: 'SHA1', type: 'string' },
        { name: 'SHA256', type: 'string' },
        { name: 'MD5', type: 'string' },
        { name: 'FileSize', type: 'long' },
        { name: 'GlobalPrevalence', type: 'long' },
        { name: 'GlobalFirstSeen', type: 'datetime' },
        { name: 'GlobalLastSeen', type: 'datetime' },
        { name: 'Signer', type: 'string' },
        { name: 'Issuer', type: 'string' },
        { name: 'SignerHash', type: 'string' },
        { name: 'IsCertificateValid', type: 'bool' },
        { name: 'IsRootSignerMicrosoft', type: 'bool' },
        { name: 'SignatureState', type: 'string' },
        { name: 'IsExecutable', type: 'bool' },
        { name: 'ThreatName', type: 'string' },
        { name: 'Publisher', type: 'string' },
        { name: 'SoftwareName', type: 'string' },
        { name: 'ProfileAvailability', type: 'string' },
      ],
    },
  ],
  [
    'DeviceFromIP',
    {
      parameters: 'Address: string = "IP", Time: datetime = datetime(null)',
      key: 'IP',
      table: 'DeviceNetworkInfo',
      columns: [
        { name: 'IP', type: 'string' },
        { name: 'DeviceId', type: 'string' },
      ],
    },
  ],
  [
    'SeenBy',
    {
      parameters: 'Device: string = "DeviceId"',
      key: 'DeviceId',
      table: 'DevicesSeenBy',
      columns: [{ name: 'SeenBy', type: 'dynamic' }],
    },
  ],
]);

/** Functions that yield a table by themselves. */
export interface TableFunction {
  readonly parameters: string;
  readonly columns: readonly Column[];
  readonly table: string;
}

export const tableFunctions: ReadonlyMap<string, TableFunction> = new Map<string, TableFunction>([
  [
    'AssignedIPAddresses',
    {
      parameters: 'Device: string, Time: datetime = datetime(null)',
      table: 'DeviceNetworkInfo',
      columns: [
        { name: 'Timestamp', type: 'datetime' },
        { name: 'IPAddress', type: 'string' },
        { name: 'IPType', type: 'string' },
        { name: 'NetworkAdapterType', type: 'string' },
        { name: 'ConnectedNetworks', type: 'string' },
      ],
    },
  ],
]);

/** Returns the body, in KQL, that tells the binder which columns the function adds to its table. */
export function enrichmentBody({ columns }: Enrichment): string {
  const added = columns.map(({ name, type }) => `${name} = column_ifexists("${name}", ${type}(null))`);
  return `{ T | extend ${added.join(', ').replaceAll('string(null)', '""')} }`;
}

/** Returns the body, in KQL, that tells the binder the columns of the function's table. */
export function tableFunctionBody({ columns }: TableFunction): string {
  return `{ datatable(${columns.map(({ name, type }) => `${name}: ${type}`).join(', ')})[] }`;
}
