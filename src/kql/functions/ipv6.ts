/** IPv6 addresses as 128-bit numbers; an IPv4 address is its mapped form `::ffff:a.b.c.d`. */

interface Network {
  readonly address: bigint;
  /** Bits that count, 0 to 128. */
  readonly prefix: number;
}

/** The address and its prefix length, or undefined when `text` is no address. */
export function parseNetwork(text: string): Network | undefined {
  const [addressText = '', suffix, ...more] = text.trim().split('/');
  // Kusto reads `::a.b.c.d`, the deprecated compatible form, as the IPv4 address, whose prefix has 32 bits.
  const v4Text = addressText.includes(':') ? /^::(\d+\.[\d.]+)$/.exec(addressText)?.[1] : addressText;
  const isV4 = v4Text !== undefined;
  const address = isV4 ? mapped(v4Text) : parseV6(addressText);
  if (address === undefined || more.length > 0) return undefined;
  if (suffix === undefined) return { address, prefix: 128 };
  const bits = /^\d{1,3}$/.test(suffix) ? Number(suffix) : NaN;
  const prefix = isV4 ? bits + 96 : bits;
  return prefix <= 128 ? { address, prefix } : undefined;
}

/** The first `prefix` bits of an address. */
export function masked(address: bigint, prefix: number): bigint {
  const free = BigInt(128 - Math.max(0, Math.min(128, prefix)));
  return (address >> free) << free;
}

/** Eight groups of four digits. */
export function formatAddress(address: bigint): string {
  const digits = address.toString(16).padStart(32, '0');
  return (digits.match(/.{4}/g) ?? []).join(':');
}

/** -1, 0 or 1 by the bits that both networks and `prefix` have; undefined when a text is no address. */
export function compareNetworks(left: string, right: string, prefix: number): number | undefined {
  const [a, b] = [parseNetwork(left), parseNetwork(right)];
  if (a === undefined || b === undefined) return undefined;
  const bits = Math.min(prefix, a.prefix, b.prefix);
  const difference = masked(a.address, bits) - masked(b.address, bits);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function parseV4(text: string): bigint | undefined {
  const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (octets === undefined || octets.some((octet) => octet > 255)) return undefined;
  return octets.reduce((value, octet) => value * 256n + BigInt(octet), 0n);
}

function mapped(text: string): bigint | undefined {
  const v4 = parseV4(text);
  return v4 === undefined ? undefined : 0xffff_0000_0000n + v4;
}

function parseV6(text: string): bigint | undefined {
  const withV4 = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (withV4) {
    const v4 = parseV4(withV4[2] ?? '');
    if (v4 === undefined) return undefined;
    return parseV6(`${withV4[1] ?? ''}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`);
  }
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - (head?.length ?? 0) - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...(head ?? []), ...Array.from({ length: missing }, () => '0'), ...(tail ?? [])];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((value, group) => (value << 16n) + BigInt(`0x${group}`), 0n);
}
