/** Which accounts are privileged, as a KQL expression that names the reason and is empty for all others. */
import { kqlString, kqlStrings } from '../../kql/kqlText.ts';

/**
 * Names of the accounts of S-1-5-18, -19 and -20 and of Unix' superuser, for logs without SIDs.
 * SIDs: Microsoft, "Well-known SIDs" ([MS-DTYP] 2.4.2.4).
 */
const serviceNames = [
  ['SYSTEM', 'S-1-5-18', ['system', 'localsystem', 'local system']],
  ['LOCAL SERVICE', 'S-1-5-19', ['local service', 'localservice']],
  ['NETWORK SERVICE', 'S-1-5-20', ['network service', 'networkservice']],
] as const;

/** Expressions see `Account` (may have a domain), `AccountDomain`, `AccountUpn`, `Sid`, `Elevation` and `Integrity`. */
export function privilege(accounts: readonly string[], isElevatedPrivileged: boolean): string {
  const cases = [
    ...serviceNames.map(([title, sid, names]): Case => [
      `Sid =~ ${kqlString(sid)} or Name in ${kqlStrings(names)}`,
      title,
    ]),
    ['Name == "root"', 'root'] as const,
    ...(accounts.length === 0 ? [] : [[accounts.map(listed).join(' or '), 'listed account'] as const]),
    [`Name endswith "$"`, 'machine account'] as const,
    [`Sid matches regex @"^S-1-5-21-.*-500$"`, 'built-in administrator'] as const,
    ...(isElevatedPrivileged
      ? [[`Elevation =~ "TokenElevationTypeFull" or Integrity in~ ("High", "System")`, 'elevated'] as const]
      : []),
  ];
  return `case(${cases.map(([test, title]) => `${test}, ${kqlString(title)}`).join(',\n        ')}, "")`;
}

type Case = readonly [test: string, title: string];

/** Whether the row's account is the one that the hunter wrote; a name alone means that account of any domain. */
function listed(account: string): string {
  if (/^S-1-/i.test(account)) return matches('Sid', account);
  if (account.includes('\\')) return matches('QualifiedName', account);
  if (account.includes('@')) return `(${matches('AccountUpn', account)} or ${matches('Account', account)})`;
  return matches('Name', account);
}

function matches(column: string, account: string): string {
  if (!account.includes('*')) return `${column} =~ ${kqlString(account)}`;
  const pattern = account.split('*').map(escapeRegex).join('.*');
  return `${column} matches regex ${kqlString(`(?i)^${pattern}$`)}`;
}

const escapeRegex = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
