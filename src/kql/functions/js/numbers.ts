/** Numbers: texts of very large and small reals, the error function, 64-bit hashes, weighted places. */
import type { ScalarFunction } from '../../scalarFunction.ts';
import { erf } from '../erf.ts';
import { jsonFromText } from '../json.ts';
import type { JsonValue } from '../../types.ts';
import { xxHash64 } from '../xxHash64.ts';
import { isArray } from './textFunction.ts';

/** `1.5e+300` as .NET writes it: `1.5E+300`, with two exponent digits at least. */
function realText(value: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const sign = exponent.startsWith('-') ? '-' : '+';
  return `${mantissa}E${sign}${exponent.replace(/^[+-]/, '').padStart(2, '0')}`;
}

/** The place, from 1, at which the running sum of the weights reaches a share of the whole; null when it never does. */
function placeAtShare(weights: JsonValue | undefined, part: number): bigint | null {
  if (!isArray(weights)) return null;
  const numbers = weights.map((weight) => (typeof weight === 'number' ? weight : 0));
  const wanted = part * numbers.reduce((sum, weight) => sum + weight, 0);
  let running = 0;
  const at = numbers.findIndex((weight) => (running += weight) >= wanted);
  return at < 0 ? null : BigInt(at + 1);
}

export const numberJsFunctions: readonly ScalarFunction[] = [
  {
    name: 'kql_place_at_share',
    parameters: ['VARCHAR', 'DOUBLE'],
    returns: 'BIGINT',
    call: (weights, part) =>
      typeof weights === 'string' && typeof part === 'number'
        ? placeAtShare(jsonFromText(weights, true), part)
        : null,
  },
  {
    name: 'kql_format_real',
    parameters: ['DOUBLE'],
    returns: 'VARCHAR',
    call: (value) => (typeof value === 'number' ? realText(value) : null),
  },
  {
    name: 'kql_erf',
    parameters: ['DOUBLE'],
    returns: 'DOUBLE',
    call: (value) => (typeof value === 'number' ? erf(value) : null),
  },
  {
    name: 'kql_hash_text',
    parameters: ['VARCHAR'],
    returns: 'BIGINT',
    call: (text) => (typeof text === 'string' ? xxHash64(new TextEncoder().encode(text)) : null),
  },
  {
    name: 'kql_hash_long',
    parameters: ['BIGINT'],
    returns: 'BIGINT',
    call: (value) => {
      if (typeof value !== 'bigint') return null;
      const bytes = new DataView(new ArrayBuffer(8));
      bytes.setBigInt64(0, value, true);
      return xxHash64(new Uint8Array(bytes.buffer));
    },
  },
];
