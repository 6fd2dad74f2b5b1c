/** IPv6, and IPv4 ranges as lists of networks. */
import type { ScalarFunction, SqlValue } from '../../scalarFunction.ts';
import { compareNetworks, formatAddress, masked, parseNetwork } from '../ipv6.ts';
import { textFunction } from './textFunction.ts';

function widthOf(value: SqlValue | undefined): number {
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : 128;
}

/** The fewest networks that cover the addresses from `first` to `last`. */
function networksOf(first: string, last: string): string | null {
  const [start, end] = [parseNetwork(first), parseNetwork(last)];
  if (start === undefined || end === undefined || first.includes(':') || last.includes(':')) return null;
  const networks: string[] = [];
  const final = end.address & 0xffff_ffffn;
  let at = start.address & 0xffff_ffffn;
  while (at <= final) {
    let bits = 0n;
    while (bits < 32n && (at & (1n << bits)) === 0n && at + (1n << (bits + 1n)) - 1n <= final) bits++;
    networks.push(`${dotted(at)}/${32n - bits}`);
    at += 1n << bits;
  }
  return JSON.stringify(networks);
}

function dotted(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.');
}

export const addressJsFunctions: readonly ScalarFunction[] = [
  {
    name: 'kql_ipv6',
    parameters: ['VARCHAR', 'BIGINT'],
    returns: 'VARCHAR',
    call: (text, prefix) => {
      const network = typeof text === 'string' ? parseNetwork(text) : undefined;
      if (network === undefined) return null;
      return formatAddress(masked(network.address, Math.min(network.prefix, widthOf(prefix))));
    },
  },
  {
    name: 'kql_ipv6_compare',
    parameters: ['VARCHAR', 'VARCHAR', 'BIGINT'],
    returns: 'BIGINT',
    call: (left, right, prefix) => {
      if (typeof left !== 'string' || typeof right !== 'string') return null;
      const order = compareNetworks(left, right, widthOf(prefix));
      return order === undefined ? null : BigInt(order);
    },
  },
  textFunction('kql_ipv4_cidr_list', 2, networksOf),
];
