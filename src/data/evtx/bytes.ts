/** Little-endian numbers in a chunk. Reading past the end gives zeros there, which the callers' own bounds exclude. */

export function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

export function u32(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0;
}

export function u64(bytes: Uint8Array, at: number): bigint {
  return (BigInt(u32(bytes, at + 4)) << 32n) | BigInt(u32(bytes, at));
}

/** A part of a file that cannot be read; the message says what is wrong with it. */
export class DamageError extends Error {
  override readonly name = 'DamageError';
}
