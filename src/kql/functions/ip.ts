/** IP addresses. IPv4 is arithmetic in SQL; IPv6, 128 bits wide, is computed in JavaScript. */
import type { ScalarTranslator, SqlExpression } from '../expression.ts';
import { jsonOf, longOf, textOf } from './convert.ts';
import { exact, ofFirst, typed } from './entry.ts';
import type { ScalarEntry, ScalarTable } from './entry.ts';

function compare(
  build: (left: string, right: string, prefix: string) => string,
  widest: string,
): ScalarEntry {
  return exact((args, call) => {
    const [left, right, prefix] = args;
    if (left === undefined || right === undefined) return call.invalid(`${call.name}() needs two addresses.`);
    return build(textOf(left), textOf(right), prefix === undefined ? widest : longOf(prefix));
  });
}

/** The ranges of `..._is_in_any_range`: arguments, or the elements of one array. */
function ranges(args: readonly SqlExpression[]): string {
  const lists = args.map((arg) =>
    arg.type === 'dynamic' ? `coalesce(kql_texts(${jsonOf(arg)}), [])` : `[${textOf(arg)}]`,
  );
  return lists.length === 1 ? (lists[0] ?? '[]') : `list_concat(${lists.join(', ')})`;
}

function inAnyRange(test: string): ScalarTranslator {
  return ofFirst(
    (address, args) =>
      `coalesce(list_bool_or(list_transform(${ranges(args)}, lambda r: ${test}(${textOf(address)}, r))), false)`,
  );
}

const hasIpv4 = (isPrefix: boolean): ScalarEntry =>
  exact(
    ofFirst(
      (text, args) =>
        `(len(list_filter(${ranges(args)}, lambda r: kql_has_ipv4${isPrefix ? '_prefix' : ''}(${textOf(text)}, r))) > 0)`,
    ),
  );

export const ipFunctions: ScalarTable = {
  parse_ipv4: typed(['string'], (address) => `kql_ipv4_network(${address}, 32)`),
  parse_ipv4_mask: typed(['string', 'long'], (address, prefix) => `kql_ipv4_network(${address}, ${prefix})`),
  ipv4_is_private: typed(['string'], (address) => `kql_ipv4_is_private(${address})`),
  ipv4_is_in_range: typed(['string'], (address, range) => `kql_ipv4_in_range(${address}, ${range})`),
  ipv4_is_in_any_range: exact(inAnyRange('kql_ipv4_in_range')),
  ipv4_is_match: compare((a, b, prefix) => `(kql_ipv4_compare(${a}, ${b}, ${prefix}) = 0)`, '32'),
  ipv4_compare: compare((a, b, prefix) => `kql_ipv4_compare(${a}, ${b}, ${prefix})`, '32'),
  ipv4_netmask_suffix: typed(['string'], (address) => `kql_ipv4_suffix(${address})`),
  ipv4_range_to_cidr_list: typed(
    ['string'],
    (first, last) => `CAST(kql_ipv4_cidr_list(${first}, ${last}) AS JSON)`,
  ),
  format_ipv4: exact(
    ofFirst(
      (address, [prefix]) =>
        `kql_format_ipv4(${ipv4Number(address)} & kql_ipv4_mask(${prefix === undefined ? '32' : longOf(prefix)}))`,
    ),
  ),
  format_ipv4_mask: exact(
    ofFirst((address, [prefix]) => {
      const bits = prefix === undefined ? '32' : longOf(prefix);
      return `(kql_format_ipv4(${ipv4Number(address)} & kql_ipv4_mask(${bits})) || '/' || ${bits})`;
    }),
  ),
  has_ipv4: hasIpv4(false),
  has_any_ipv4: hasIpv4(false),
  has_ipv4_prefix: hasIpv4(true),
  has_any_ipv4_prefix: hasIpv4(true),
  parse_ipv6: typed(['string'], (address) => `coalesce(kql_ipv6(${address}, 128), '')`),
  parse_ipv6_mask: typed(
    ['string', 'long'],
    (address, prefix) => `coalesce(kql_ipv6(${address}, ${prefix}), '')`,
  ),
  ipv6_compare: compare((a, b, prefix) => `kql_ipv6_compare(${a}, ${b}, ${prefix})`, '128'),
  ipv6_is_match: compare((a, b, prefix) => `(kql_ipv6_compare(${a}, ${b}, ${prefix}) = 0)`, '128'),
  ipv6_is_in_range: typed(
    ['string'],
    (address, range) => `(kql_ipv6_compare(${address}, ${range}, 128) = 0)`,
  ),
  ipv6_is_in_any_range: exact(inAnyRange('kql_ipv6_in_range')),
};

function ipv4Number(address: SqlExpression): string {
  return address.type === 'string' ? `kql_ipv4(${address.sql})` : longOf(address);
}
