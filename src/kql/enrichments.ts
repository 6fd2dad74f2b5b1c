/**
 * Functions that Microsoft Defender's advanced hunting adds to the language and answers from its cloud. The columns are
 * those of its documentation; here they exist and are empty, and the query is told so.
 */
import type { Column } from './types.ts';

export interface Enrichment {
  /** Parameters after the table, in Kusto's syntax. */
  readonly parameters: string;
  readonly columns: readonly Column[];
}

export const enrichments: ReadonlyMap<string, Enrichment> = new Map<string, Enrichment>([
  [
    'FileProfile',
    {
      parameters: 'FileHash: string = "", Limit: long = 100',
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
  ['SeenBy', { parameters: 'Id: string = ""', columns: [{ name: 'SeenBy', type: 'dynamic' }] }],
]);

/** Returns the body, in KQL, that tells the binder which columns the function adds to its table. */
export function enrichmentBody({ columns }: Enrichment): string {
  const added = columns.map(({ name, type }) => `${name} = column_ifexists("${name}", ${type}(null))`);
  return `{ T | extend ${added.join(', ').replaceAll('string(null)', '""')} }`;
}
