/** Which addresses belong to no public host. */
import { BlockList, isIPv4 } from 'node:net';

/** Private, shared, loopback and link-local ranges: RFC 1918, 6598, 1122, 3927, 4193 and 4291. */
const internal = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
] as const) {
  internal.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['fc00::', 7],
  ['fe80::', 10],
  ['::1', 128],
] as const) {
  internal.addSubnet(network, prefix, 'ipv6');
}

/** Whether a valid IPv4 or IPv6 address is internal; IPv4 addresses mapped into IPv6 count as what they map. */
export function isInternalAddress(address: string): boolean {
  return internal.check(address.replace(/%.*$/, ''), isIPv4(address) ? 'ipv4' : 'ipv6');
}
