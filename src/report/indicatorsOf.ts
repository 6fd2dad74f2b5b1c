/** Addresses, domains, URLs, hashes, paths and accounts in the rows of findings. */
import { isIP } from 'node:net';
import type { Column, JsonValue, WireValue } from '../kql/types.ts';
import type { Finding } from '../notebook/finding.ts';
import { defangAddress, defangDomain, defangUrl } from './defang.ts';
import type { SmallResult } from './smallResults.ts';
import { isInternalAddress } from './internalAddress.ts';

export const indicatorKinds = ['IP address', 'Domain', 'URL', 'Hash', 'File path', 'Account'] as const;
export type IndicatorKind = (typeof indicatorKinds)[number];

export interface Indicator {
  readonly kind: IndicatorKind;
  /** Defanged where a program could follow it. */
  readonly text: string;
  /** Set for addresses. */
  readonly isInternal?: boolean;
  /** Rows that hold it. */
  readonly rows: number;
  /** Titles of the findings, and short results, that hold it. */
  readonly seenIn: readonly string[];
}

const hashColumn = /md5|sha-?1|sha-?256|sha-?512|hash/i;
const hashValue = /^(?:[\da-f]{32}|[\da-f]{40}|[\da-f]{64}|[\da-f]{128})$/i;
const domainColumn = /url|domain|fqdn|dns|query/i;
const domainValue = /^(?=.{4,253}$)(?:[a-z\d_](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z][a-z\d-]{1,62}\.?$/i;
const accountColumn = /account_?name$|account_?upn$|^user(_?name)?$|^account$|username$/i;
const accountDomain = /account_?domain|user_?domain/i;
const pathColumn = /path|directory|folder/i;
const url = /\b(?:https?|ftp):\/\/[^\s"'<>|^`\\]+/gi;
/** A drive or UNC path in a command line: quoted ones may hold spaces, others end at one. */
const windowsPath =
  /"((?:[a-z]:\\|\\\\[\w.$-]+\\)[^"*?<>|]+)"|(?<![\w\\])((?:[a-z]:\\|\\\\[\w.$-]+\\)[^\s"'*?<>|,;)]+)/gi;

/** A value with more internal addresses lists targets, as the sample of hosts of a scan does; they are not indicators. */
const maxInternalAddresses = 5;

type Sighting = Omit<Indicator, 'rows' | 'seenIn'>;

/**
 * The indicators of all findings, each once, ordered by kind, then most rows first. Short results add what identifies
 * something outside: hashes, domains, URLs and external addresses.
 */
export function indicatorsOf(
  findings: readonly Finding[],
  results: readonly SmallResult[] = [],
): Indicator[] {
  const found = new Map<string, Indicator>();
  const evidence = [
    ...findings.map(({ columns, rows, title }) => ({ columns, rows, source: title, counts: () => true })),
    ...results.map((result) => ({ ...result, counts: pointsOutside })),
  ];
  for (const { columns, rows, source, counts } of evidence) {
    for (const row of rows) {
      const sightings = new Map(
        sightingsIn(columns, row)
          .filter(counts)
          .map((sighting) => [keyOf(sighting), sighting]),
      );
      for (const [key, sighting] of sightings) {
        const known = found.get(key);
        found.set(key, {
          ...sighting,
          rows: (known?.rows ?? 0) + 1,
          seenIn: [...new Set([...(known?.seenIn ?? []), source])],
        });
      }
    }
  }
  return [...found.values()].sort(
    (left, right) =>
      indicatorKinds.indexOf(left.kind) - indicatorKinds.indexOf(right.kind) ||
      right.rows - left.rows ||
      (left.text < right.text ? -1 : 1),
  );
}

function pointsOutside({ kind, isInternal }: Sighting): boolean {
  return ['Hash', 'Domain', 'URL'].includes(kind) || isInternal === false;
}

/** Hosts, hashes, Windows paths and account names do not tell letter case apart. */
function keyOf({ kind, text }: Sighting): string {
  return `${kind} ${kind === 'URL' ? text : text.toLowerCase()}`;
}

function sightingsIn(columns: readonly Column[], row: readonly WireValue[]): Sighting[] {
  return columns.flatMap((column, index) => {
    if (column.type !== 'string' && column.type !== 'dynamic') return [];
    const sightings = [...texts(row[index] ?? null)].flatMap((text) => [
      ...(accountColumn.test(column.name) ? accounts(text, domainOf(columns, row, column)) : []),
      ...inText(text, column.name),
    ]);
    const internal = sightings.filter(({ isInternal }) => isInternal === true);
    return internal.length > maxInternalAddresses
      ? sightings.filter((sighting) => !internal.includes(sighting))
      : sightings;
  });
}

/** The strings inside a value. */
function* texts(value: JsonValue): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const item of value as readonly JsonValue[]) yield* texts(item);
  else if (typeof value === 'object' && value !== null)
    for (const item of Object.values(value)) yield* texts(item);
}

function inText(text: string, column: string): Sighting[] {
  const trimmed = text.trim();
  if (hashColumn.test(column) && hashValue.test(trimmed))
    return [{ kind: 'Hash', text: trimmed.toLowerCase() }];
  const urls = [...text.matchAll(url)].map(([match]) => match.replace(/[.,;)\]}]+$/, ''));
  return [
    ...urls.map((match): Sighting => ({ kind: 'URL', text: defangUrl(match) })),
    ...urls.flatMap((match) => hostOf(match)),
    ...addresses(text),
    ...(domainColumn.test(column) && !accountDomain.test(column) && domainValue.test(trimmed)
      ? [domain(trimmed)]
      : []),
    ...paths(text, column),
  ];
}

function hostOf(text: string): Sighting[] {
  const host = URL.canParse(text) ? new URL(text).hostname : '';
  return domainValue.test(host) ? [domain(host)] : [];
}

function domain(name: string): Sighting {
  return { kind: 'Domain', text: defangDomain(name.replace(/\.$/, '').toLowerCase()) };
}

function addresses(text: string): Sighting[] {
  return text
    .split(/[\s,;|"'()<>=[\]{}/@]+/)
    .map((token) => token.replace(/[.:]+$/, ''))
    .map((token) => (/^\d+\.\d+\.\d+\.\d+:\d+$/.test(token) ? token.slice(0, token.indexOf(':')) : token))
    .filter((token) => isIP(token) !== 0)
    .map((address) => ({
      kind: 'IP address',
      text: defangAddress(address),
      isInternal: isInternalAddress(address),
    }));
}

function paths(text: string, column: string): Sighting[] {
  const trimmed = text.trim();
  if (pathColumn.test(column) && /^(?:[a-z]:\\|\\\\|\/)[^"*?<>|\n]+$/i.test(trimmed)) {
    return [{ kind: 'File path', text: trimmed }];
  }
  return [...text.matchAll(windowsPath)].map(([, quoted, plain]) => ({
    kind: 'File path',
    text: (quoted ?? plain ?? '').replace(/[.:]+$/, ''),
  }));
}

function accounts(name: string, accountsDomain: string): Sighting[] {
  if (name.trim() === '') return [];
  const text = accountsDomain === '' || /[\\@]/.test(name) ? name : `${accountsDomain}\\${name}`;
  return [{ kind: 'Account', text }];
}

/** The domain column beside an account column: `InitiatingProcessAccountDomain` for `InitiatingProcessAccountName`. */
function domainOf(columns: readonly Column[], row: readonly WireValue[], account: Column): string {
  const wanted = account.name.replace(/Name$/i, 'Domain');
  const index = columns.findIndex(
    ({ name }) => name !== account.name && name.toLowerCase() === wanted.toLowerCase(),
  );
  const value = row[index];
  return typeof value === 'string' ? value : '';
}
