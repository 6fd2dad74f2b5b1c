/** How a value of a log becomes the keys that indicators are compared by, as KQL; the pair of `indicator.ts`. */
import { kqlString } from '../../kql/kqlText.ts';
import type { Shape } from './indicatorList.ts';

/** A KQL expression of a key, and whether it is only a part of the value: the parent of a name, the range of an address. */
export interface Key {
  readonly kql: string;
  readonly isPart: boolean;
}

const scheme = String.raw`^[a-z][a-z0-9+.-]*://`;
/** Host of a URL, of `host/path`, of `host:port` and of an e-mail address. */
const host = String.raw`^(?:[a-z][a-z0-9+.-]*://)?(?:[^/?#@]*@)?(\[[0-9a-f:.]+\]|[^/?#:\s]+)`;

/** Keys of an address, name, URL or e-mail address: only those that the list can hold. */
export function hostKeys(value: string, shape: Shape): readonly Key[] {
  // Defender writes some IPv4 addresses as IPv6 (`::ffff:10.0.0.5`); both are one host.
  const lower = `replace_string(tolower(${value}), "::ffff:", "")`;
  const named = `extract(${kqlString(host)}, 1, ${lower})`;
  const part = (kql: string): Key => ({ kql, isPart: true });
  return [
    { kql: lower, isPart: false },
    ...(shape.types.has('url') ? urlKeys(lower) : []),
    ...(shape.types.has('ipv4') ? [part(named)] : []),
    ...(shape.types.has('ipv6') ? [part(`parse_ipv6(${ipv6Text(lower)})`)] : []),
    ...shape.ipv4Prefixes.map((bits) => part(`format_ipv4_mask(${named}, ${bits})`)),
    ...shape.ipv6Prefixes.map((bits) =>
      part(`strcat(parse_ipv6_mask(${ipv6Text(lower)}, ${bits}), "/${bits}")`),
    ),
    ...shape.labelCounts.map((count) =>
      part(`extract(${kqlString(String.raw`([^.]+(?:\.[^.]+){${count - 1}})\.?$`)}, 1, ${named})`),
    ),
  ];
}

/** A URL in full, and without its query. */
function urlKeys(lower: string): readonly Key[] {
  const plain = `replace_regex(replace_regex(replace_regex(${lower}, ${kqlString(scheme)}, ""), ${kqlString(String.raw`^([^/?#]*):(?:80|443)([/?#]|$)`)}, ${kqlString(String.raw`\1\2`)}), "/$", "")`;
  return [
    { kql: plain, isPart: false },
    { kql: `replace_regex(${plain}, ${kqlString(String.raw`/?[?#].*$`)}, "")`, isPart: false },
  ];
}

/** Only what has two colons can be an IPv6 address; KQL would read an IPv4 one as its IPv6 form. */
const ipv6Text = (lower: string): string =>
  `iff(${lower} matches regex @"^\\[?[0-9a-f.]*:[0-9a-f.]*:", extract(@"([0-9a-f:.]+)", 1, ${lower}), "")`;

/** A regular expression of what in a text can be an indicator of this list. */
export function tokenPattern({ types, topLabels }: Shape): string {
  const has = (...wanted: readonly Parameters<typeof types.has>[0][]): boolean =>
    wanted.some((type) => types.has(type));
  const alternatives = [
    ...(has('url', 'domain', 'email', 'ipv4', 'cidr', 'ipv6')
      ? [String.raw`[a-z][a-z0-9+.-]*://[^\s"'<>|^\x60]+`]
      : []),
    ...(has('md5', 'sha1', 'sha256', 'sha512')
      ? [String.raw`\b(?:[0-9a-f]{128}|[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})\b`]
      : []),
    ...(topLabels.length > 0
      ? [
          String.raw`(?:[a-z0-9._%+-]+@)?(?:[a-z0-9_-]+\.)+(?:${topLabels.map(escapeRegex).join('|')})\b(?:/[^\s"'<>|^\x60]*)?`,
        ]
      : []),
    ...(has('ipv4', 'cidr', 'url') ? [String.raw`\b\d{1,3}(?:\.\d{1,3}){3}\b(?:/[^\s"'<>|^\x60]*)?`] : []),
    ...(has('ipv6', 'cidr') ? [String.raw`[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}`] : []),
  ];
  return `(?i)(${alternatives.join('|')})`;
}

const escapeRegex = (text: string): string => text.replace(/[.+?^${}()|[\]\\*]/g, String.raw`\$&`);
