/** Numbers: texts of very large and small reals, the error function, 64-bit hashes. */
import type { ScalarFunction } from '../../scalarFunction.ts';
import { erf } from '../erf.ts';
import { xxHash64 } from '../xxHash64.ts';

/** `1.5e+300` as .NET writes it: `1.5E+300`, with two exponent digits at least. */
function realText(value: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const sign = exponent.startsWith('-') ? '-' : '+';
  return `${mantissa}E${sign}${exponent.replace(/^[+-]/, '').padStart(2, '0')}`;
}

export const numberJsFunctions: readonly ScalarFunction[] = [
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
