/** Which columns of a table can hold an indicator, and how each is read. */
import type { Column, TableSchema } from '../../kql/types.ts';

/**
 * - `hash`: the whole value is a hash or none.
 * - `value`: the whole value is an indicator or none.
 * - `host`: an address, name, URL or e-mail address, with ranges and parent domains.
 * - `text`: indicators stand anywhere in it.
 */
export type Reading = 'hash' | 'value' | 'host' | 'text';

export interface SearchedColumn {
  readonly name: string;
  readonly type: Column['type'];
  readonly reading: Reading;
}

const addressNames =
  /(?:^|[a-z_.])I[Pp](?:[vV][46])?(?:Addr(?:ess)?(?:es)?|es|s)?$|(?:^|[_.])ip(?:v[46])?(?:[_.]?addr(?:ess)?)?$/;
const hostNames =
  /addr|host|url|uri|domain|fqdn|dns|quer(?:y|ies)|answers|sni|server_?name|referr?er|mail|sender|recipient|upn|id[._](?:orig|resp)_h|^(?:src|dst|source|dest(?:ination)?|client|server|remote|peer|rhost|site)$/i;
const hashNames = /md5|sha-?_?(?:1|2|224|256|512)|hash$|checksum/i;
const textNames =
  /command|cmd|message|script|additional|details?$|payload|arguments?$|args$|body|raw|content|hashes|extended|properties|^row$|^value$|reason|note|text|xml|eventdata|request|image_?path|launch/i;
/** Names of what cannot be one: identifiers, kinds, and names and places of people, programs and devices. */
const otherNames =
  /name$|path|folder|directory|(?:^|[a-z_])(?:id|guid|type|kind|level|elevation|status|result|version|language|country|city|tag|category|product|company|severity|protocol|state|action|operation|channel|provider|keywords|task|opcode|description|title|platform|account|user|key)s?$|tenant|sid$|luid|version_?info/i;

/** The columns to search, in the table's order; `named` are read as text, instead of all others. */
export function searchedColumns(table: TableSchema, named: readonly string[]): readonly SearchedColumn[] {
  return table.columns.flatMap(({ name, type }) => {
    if (type !== 'string' && type !== 'dynamic') return [];
    if (named.length > 0) return named.includes(name) ? [{ name, type, reading: 'text' as const }] : [];
    const reading = type === 'dynamic' ? 'text' : readingOf(name);
    return reading === undefined ? [] : [{ name, type, reading }];
  });
}

function readingOf(name: string): Reading | undefined {
  if (hashNames.test(name) && !/hashes/i.test(name)) return 'hash';
  if (textNames.test(name)) return 'text';
  if (addressNames.test(name) || hostNames.test(name)) return 'host';
  return otherNames.test(name) ? undefined : 'value';
}
