/** The order in which Kusto lists cells that it gathers in a hash set. */

/**
 * Returns the texts, given in the order of insertion, as the `unordered_set` of Microsoft's C++ library lists them: by
 * buckets of FNV-1a hashes in the order of their first members, the latest member of a bucket first. That this is what
 * Kusto does follows from the results in its documentation.
 */
export function inHashOrder(texts: readonly string[]): string[] {
  let bits = 3;
  let buckets = new Map<number, string[]>();
  const insert = (text: string): void => {
    const bucket = Number(hashOf(text) & ((1n << BigInt(bits)) - 1n));
    const members = buckets.get(bucket);
    if (members === undefined) buckets.set(bucket, [text]);
    else members.push(text);
  };
  const listed = (): string[] => [...buckets.values()].flatMap((members) => [...members].reverse());
  for (const [count, text] of texts.entries()) {
    if (count >= 2 ** bits) {
      const order = listed();
      bits += bits < 9 ? 3 : 1; // eight times as many buckets, twice from 512
      buckets = new Map();
      order.forEach(insert);
    }
    insert(text);
  }
  return listed();
}

const offsetBasis = 0xcbf29ce484222325n;
const prime = 0x100000001b3n;

function hashOf(text: string): bigint {
  let hash = offsetBasis;
  for (const byte of Buffer.from(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * prime);
  return hash;
}
