/** An indicator of compromise, and reading one from text. */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { refang } from './refang.ts';

export type IndicatorType =
  'ipv4' | 'ipv6' | 'cidr' | 'domain' | 'url' | 'md5' | 'sha1' | 'sha256' | 'sha512' | 'email';

export interface Indicator {
  readonly type: IndicatorType;
  /** As logs write it, without defanging. */
  readonly value: string;
  /** What it is compared by; see `keys.ts` for how a log's value becomes the same. */
  readonly key: string;
}

export type Read = { readonly ok: true; readonly indicator: Indicator } | Refused;
interface Refused {
  readonly ok: false;
  readonly reason: string;
}

const refused = (reason: string): Refused => ({ ok: false, reason });
const found = (type: IndicatorType, value: string, key = value.toLowerCase()): Read => ({
  ok: true,
  indicator: { type, value, key },
});

const hashTypes: Readonly<Record<number, IndicatorType>> = {
  32: 'md5',
  40: 'sha1',
  64: 'sha256',
  128: 'sha512',
};

/** Longest text that can be an indicator: browsers and logs cut longer URLs. */
const maxLength = 4096;

/** Reads the text as one indicator, defanged or not; says why it is none. */
export function readIndicator(text: string): Read {
  const plain = unwrap(refang(text));
  if (plain === '') return refused('it is empty');
  if (plain.length > maxLength) return refused(`it is longer than ${maxLength} characters`);
  if (/^[0-9a-f]+$/i.test(plain) && !/^\d{1,10}$/.test(plain)) {
    const type = hashTypes[plain.length];
    return type === undefined
      ? refused(`it has ${plain.length} hex digits; MD5 has 32, SHA-1 40, SHA-256 64, SHA-512 128`)
      : found(type, plain.toLowerCase());
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(plain)) return readUrl(plain);
  if (/^[^\s@/]+@[^\s@/]+$/.test(plain)) return readEmail(plain);
  if (looksLikeAddress.test(plain)) return readAddress(plain);
  if (plain.includes('/')) return readUrl(`http://${plain}`);
  return readDomain(plain);
}

/** Numbers with dots, or hex digits with at least two colons; with a prefix length or a port. */
const looksLikeAddress =
  /^(?:\d+(?:\.\d+)+|\[?[0-9a-f.]*:[0-9a-f.]*:[0-9a-f:.]*(?:%[a-z0-9]+)?\]?)(?:\/\d+)?(?::\d+)?$/i;

/** Quotes and brackets around the whole, and the punctuation of the sentence that it stood in. */
function unwrap(text: string): string {
  return text
    .replace(/^[\s"'`<([{]+(?=[^\s])/, (opening) => (/\[[0-9a-f:]*$/i.test(opening) ? '[' : ''))
    .replace(/[\s"'`>)}\],;.]+$/, (closing) => (closing.startsWith(']') && text.startsWith('[') ? ']' : ''));
}

function readAddress(text: string): Read {
  const [, bracketed, plain = '', bits] = /^(?:\[([^\]]+)\](?::\d+)?|([^/]*?))(?:\/(\d+))?$/.exec(text) ?? [];
  const withPort = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(plain);
  const address = bracketed ?? withPort?.[1] ?? plain;
  const version = isIP(address);
  if (version === 0) return refused('it is no valid IP address');
  if (isEveryMachine(address)) return refused('every machine has this address');
  const width = version === 4 ? 32 : 128;
  if (bits === undefined || Number(bits) === width) {
    return version === 4 ? found('ipv4', address) : found('ipv6', address, fullIpv6(address));
  }
  const length = Number(bits);
  if (length > width) return refused(`an IPv${version} range has at most /${width}`);
  if (length < smallestPrefix[version === 4 ? 4 : 6])
    return refused(`/${length} holds a good part of all addresses`);
  return version === 4
    ? found('cidr', `${maskedIpv4(address, length)}/${length}`)
    : found('cidr', `${address}/${length}`, `${maskedIpv6(address, length)}/${length}`);
}

/** Shorter prefixes are more than any feed lists: 2^26 IPv4 addresses, or what a regional registry holds. */
const smallestPrefix = { 4: 6, 6: 12 } as const;

/** Loopback, unspecified and broadcast addresses say nothing of any machine. */
function isEveryMachine(address: string): boolean {
  return /^(?:127\.|0\.|255\.255\.255\.255$)/.test(address) || /^(?:0*:)+0*[01]?$/.test(address);
}

function maskedIpv4(address: string, bits: number): string {
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - bits);
  const network = Math.floor(value / size) * size;
  return [24, 16, 8, 0].map((shift) => Math.floor(network / 2 ** shift) % 256).join('.');
}

/** The form that KQL's `parse_ipv6` gives: eight groups of four hex digits. */
function fullIpv6(address: string): string {
  return groupsOf(address)
    .map((group) => group.toString(16).padStart(4, '0'))
    .join(':');
}

function maskedIpv6(address: string, bits: number): string {
  return groupsOf(address)
    .map((group, index) => {
      const kept = Math.min(16, Math.max(0, bits - index * 16));
      return (group & (0xffff << (16 - kept)) & 0xffff).toString(16).padStart(4, '0');
    })
    .join(':');
}

/** The eight 16-bit groups of a valid IPv6 address. */
function groupsOf(address: string): readonly number[] {
  const plain = address.replace(/%.*$/, '');
  const embedded = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(plain);
  const hex = (high: string | undefined, low: string | undefined): string =>
    (Number(high) * 256 + Number(low)).toString(16);
  const text =
    embedded === null
      ? plain
      : `${embedded[1] ?? ''}${hex(embedded[2], embedded[3])}:${hex(embedded[4], embedded[5])}`;
  const [before = '', after] = text.split('::');
  const groups = (part: string): readonly number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const head = groups(before);
  const tail = after === undefined ? [] : groups(after);
  return [...head, ...Array<number>(Math.max(0, 8 - head.length - tail.length)).fill(0), ...tail];
}

const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** The domain in lower case and ASCII; undefined where the text is none. */
function domainName(text: string): string | undefined {
  const name =
    domainToASCII(text.replace(/^(?:\|\||\*\.|\.)/, '').replace(/\^?\.?$/, '')) || text.toLowerCase();
  const labels = name.replace(/\.$/, '').toLowerCase().split('.');
  const top = labels.at(-1) ?? '';
  const isName =
    labels.length > 1 &&
    labels.every((one) => label.test(one)) &&
    /^(?:[a-z]{2,63}|xn--[a-z0-9-]+)$/.test(top);
  return isName && name.length <= 253 ? labels.join('.') : undefined;
}

function readDomain(text: string): Read {
  const withoutPort = text.replace(/:\d{1,5}$/, '');
  const name = domainName(withoutPort);
  if (name === undefined) return refused('it is no address, domain, URL, hash or e-mail address');
  return found('domain', name);
}

function readEmail(text: string): Read {
  const at = text.lastIndexOf('@');
  const name = domainName(text.slice(at + 1));
  if (at < 1 || name === undefined) return refused('it is no valid e-mail address');
  return found('email', `${text.slice(0, at)}@${name}`);
}

function readUrl(text: string): Read {
  if (/\s/.test(text)) return refused('a URL holds no white space');
  if (!URL.canParse(text)) return refused('it is no valid URL');
  const { hostname } = new URL(text);
  const bare = hostname.replace(/^\[|\]$/g, '');
  if (isIP(bare) === 0 && domainName(bare) === undefined)
    return refused('its host is no domain or IP address');
  if (isIP(bare) !== 0 && isEveryMachine(bare)) return refused('every machine has this address');
  return found('url', text, urlKey(text));
}

/** A URL as it is compared: without scheme, default port and the slash at its end, in lower case. */
function urlKey(url: string): string {
  return url
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/^([^/?#]*):(?:80|443)(?=[/?#]|$)/, '$1')
    .replace(/\/$/, '');
}
