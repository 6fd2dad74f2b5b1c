/** The `exclude` argument of network detections: what is known to be harmless, as a list that a team keeps. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { kqlString, kqlStrings } from '../../kql/kqlText.ts';

/** A text of digits, dots, colons and slashes is meant as an address, and must be one. */
const looksLikeAddress = /^[\d.]+(?:\/\d*)?$|^[\da-f:.]*:[\da-f:.]*(?:\/\d*)?$/i;

const excluded = z.union([
  z.int().min(0).max(65_535),
  z
    .string()
    .min(1)
    .refine((text) => !looksLikeAddress.test(text) || isAddressOrRange(text), {
      message:
        'write an IP address (10.0.0.42), a range (10.0.9.0/24), the name of a device or of a program, or a port as a number',
    }),
]);

/** One entry or a list of them: addresses, ranges, names, ports. */
export const exclusionsArgument = z.union([excluded.transform((one) => [one]), z.array(excluded)]);

export interface Exclusions {
  /** Addresses and CIDR ranges. */
  readonly ranges: readonly string[];
  /** Names of devices and of programs. */
  readonly names: readonly string[];
  readonly ports: readonly number[];
}

/** Sorts the entries by what they name. */
export function exclusionsFrom(entries: readonly (string | number)[]): Exclusions {
  const texts = entries.filter((entry) => typeof entry === 'string');
  return {
    ports: entries.filter((entry) => typeof entry === 'number'),
    ranges: texts.filter(isAddressOrRange),
    names: texts.filter((text) => !isAddressOrRange(text)),
  };
}

/** KQL of what an exclusion may name in a row. */
export interface ExcludableRow {
  /** Devices and programs; a device is also meant without its domain. */
  readonly names: readonly (string | undefined)[];
  readonly addresses: readonly string[];
  readonly port: string;
}

/** The condition on rows that no exclusion names, as KQL; undefined when there are no exclusions. */
export function keptBy(exclusions: Exclusions, row: ExcludableRow): string | undefined {
  const conditions = [
    ...namesKept(exclusions, row.names),
    ...addressesKept(exclusions, row.addresses, row.port),
  ];
  return conditions.length === 0 ? undefined : conditions.join(' and ');
}

/** Operators that leave out rows of which `names` are KQL of devices and programs; a device is also meant without its domain. */
export function withoutNames(exclusions: Exclusions, names: ExcludableRow['names']): readonly string[] {
  return namesKept(exclusions, names).map(filter);
}

/** Operators that leave out rows with the columns `Port` and `addresses`. */
export function withoutAddresses(exclusions: Exclusions, addresses: readonly string[]): readonly string[] {
  return addressesKept(exclusions, addresses, 'Port').map(filter);
}

const filter = (condition: string): string => `| where ${condition}`;

function namesKept({ names }: Exclusions, of: ExcludableRow['names']): readonly string[] {
  if (names.length === 0) return [];
  return of
    .filter((kql) => kql !== undefined)
    .flatMap((kql) => [
      `${kql} !in~ ${kqlStrings(names)}`,
      ...names.map((name) => `${kql} !startswith ${kqlString(`${name}.`)}`),
    ]);
}

function addressesKept(
  { ports, ranges }: Exclusions,
  addresses: readonly string[],
  port: string,
): readonly string[] {
  return [
    ...(ports.length > 0 ? [`${port} !in (${ports.join(', ')})`] : []),
    ...addresses.flatMap((address) => ranges.map((range) => `not(${inRange(address, range)})`)),
  ];
}

function inRange(column: string, range: string): string {
  if (isIP(range) !== 0) return `${column} =~ ${kqlString(range)}`;
  const test = range.includes(':') ? 'ipv6_is_in_range' : 'ipv4_is_in_range';
  return `${test}(${column}, ${kqlString(range)})`;
}

function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
