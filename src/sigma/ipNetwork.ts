/** Networks as the modifier `cidr` takes them. */
import { isIPv4, isIPv6 } from 'node:net';

export interface IpNetwork {
  readonly cidr: string;
  readonly isIpv6: boolean;
}

/** Reads `10.0.0.0/8` or `fe80::/10`; an address alone is a network of one. Undefined where it is neither. */
export function parseIpNetwork(text: string): IpNetwork | undefined {
  const [address = '', prefix, more] = text.trim().split('/');
  const isIpv6 = isIPv6(address);
  if (more !== undefined || (!isIpv6 && !isIPv4(address))) return undefined;
  const widest = isIpv6 ? 128 : 32;
  const bits = prefix === undefined ? widest : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  return bits <= widest ? { cidr: `${address}/${bits}`, isIpv6 } : undefined;
}
