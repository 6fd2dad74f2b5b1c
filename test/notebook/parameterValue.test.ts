import assert from 'node:assert/strict';
import type { JsonValue, ScalarType } from '../../src/kql/types.ts';
import { parseParameterValue } from '../../src/notebook/parameterValue.ts';

function valueOf(type: ScalarType, input: JsonValue): JsonValue | undefined {
  const read = parseParameterValue(type, input);
  return read.ok ? read.value : undefined;
}

describe('parameter values', () => {
  const cases: readonly (readonly [ScalarType, JsonValue, JsonValue | undefined])[] = [
    ['string', ' x ', ' x '],
    ['string', 5, '5'],
    ['bool', 'TRUE', true],
    ['bool', 'yes', undefined],
    ['int', '2147483647', 2147483647],
    ['int', '2147483648', undefined],
    ['long', '-9223372036854775808', '-9223372036854775808'],
    ['long', '9223372036854775808', undefined],
    ['long', '1.5', undefined],
    ['real', '1e3', 1000],
    ['real', '-Infinity', '-Infinity'],
    ['real', '1,5', undefined],
    ['decimal', '0.10', '0.10'],
    ['guid', '74BE27DE-1E4E-49D9-B579-FE0B331D3642', '74be27de-1e4e-49d9-b579-fe0b331d3642'],
    ['guid', 'x', undefined],
    ['datetime', '2025-05-07', '2025-05-07T00:00:00.0000000Z'],
    ['datetime', '2025-05-07T12:37:46.317813Z', '2025-05-07T12:37:46.3178130Z'],
    ['datetime', '2025-05-07T12:37:46+02:00', '2025-05-07T10:37:46.0000000Z'],
    ['datetime', '2025-02-29', undefined],
    ['datetime', 'yesterday', undefined],
    ['timespan', '10m', '00:10:00'],
    ['timespan', '1.5h', '01:30:00'],
    ['timespan', '-1d', '-1.00:00:00'],
    ['timespan', '1.02:03:04.5', '1.02:03:04.5000000'],
    ['timespan', '25:00', undefined],
    ['dynamic', '["a", 1]', ['a', 1]],
    ['dynamic', { a: 1 }, { a: 1 }],
    ['dynamic', 'a', undefined],
    ['string', ['a'], undefined],
  ];
  for (const [type, input, expected] of cases) {
    it(`reads ${JSON.stringify(input)} as ${type}: ${expected === undefined ? 'refused' : JSON.stringify(expected)}`, () => {
      assert.deepEqual(valueOf(type, input), expected);
    });
  }
});
