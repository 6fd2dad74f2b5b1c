/** What goes out before a cell's own text: typed literals that nothing breaks out of, and no more than is needed. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withPrelude } from '../../../src/engine/remote/prelude.ts';
import { kqlLiteral } from '../../../src/kql/kqlText.ts';
import type { ScalarType, WireValue } from '../../../src/kql/types.ts';
import { wellFormed } from '../../../src/kql/sql/identifier.ts';
import { openHome, told, type Home } from './remoteFixture.ts';

describe('what is sent with a query', () => {
  let home: Home;
  before(async () => {
    home = await openHome();
  });
  after(() => home.close());

  const read = async (literals: readonly string[]): Promise<unknown> => {
    const { rows, errors } = await told(await home.engine.query(`print ${literals.join(', ')}`));
    return errors ?? rows?.[0];
  };

  it('holds the values of every type', async () => {
    const values: readonly (readonly [WireValue, ScalarType, WireValue?])[] = [
      [true, 'bool'],
      [-5, 'int'],
      ['-9223372036854775808', 'long'],
      ['9223372036854775807', 'long'],
      [1e21, 'real'],
      [-0.5, 'real'],
      ['NaN', 'real'],
      ['-Infinity', 'real'],
      ['12345678901234567890.5', 'decimal'],
      ['74be27de-1e4e-49d9-b579-fe0b331d3642', 'guid'],
      ['2024-02-29T23:59:59.1234567Z', 'datetime'],
      ['1.02:03:04.0000005', 'timespan'],
      ['-1.02:03:04.0000005', 'timespan'],
      [{ a: [1, null, 'x\u2028"'] }, 'dynamic'],
      ['a\\"\'\n\u0000\u2028 {}', 'string'],
      [null, 'string', ''],
      [null, 'datetime'],
      [null, 'dynamic'],
    ];
    assert.deepEqual(
      await read(values.map(([value, type]) => kqlLiteral(value, type))),
      values.map(([value, , expected]) => expected ?? value),
    );
  });

  it('is never broken out of: what is no value of its type is null', async () => {
    const hostile = ['1); T | take 1 //', '"', "'", ')', '2024-01-01) ; x', '1e', '--1', '\n'];
    const types = ['bool', 'int', 'long', 'real', 'decimal', 'guid', 'datetime', 'timespan'] as const;
    for (const type of types) {
      for (const text of hostile) assert.equal(kqlLiteral(text, type), `${type}(null)`);
    }
    const texts = fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(texts, async (strings) => {
        const written = strings.map(wellFormed);
        assert.deepEqual(await read(written.map((text) => kqlLiteral(text, 'string'))), written);
      }),
      { numRuns: 15 },
    );
  });

  it('is declared as the service takes it', () => {
    const parameters = [
      { name: 'Device', type: 'string', value: 'pc"1' },
      { name: 'Unused', type: 'long', value: 1 },
      { name: 'where', type: 'int', value: 3 },
    ] as const;
    const sent = (style: 'declare' | 'let', text: string, own: readonly string[] = []) =>
      withPrelude(text, { parameters: own }, { parameters, lets: [], style });
    assert.equal(
      sent('declare', 'T | take 1 // Device, where').text,
      'declare query_parameters(Device:string = "pc\\"1", [\'where\']:int = int(3));\nT | take 1 // Device, where',
    );
    assert.equal(sent('let', 'T | has Device').text, 'let Device = "pc\\"1";\nT | has Device');
    assert.deepEqual(sent('declare', 'declare query_parameters(Device:string); T', ['Device']), {
      text: 'declare query_parameters(Device:string); T',
      offset: 0,
      parameters: { Device: 'pc"1' },
    });
  });

  it('stands after the options with which a text begins, and moves no place in it', () => {
    const text = '// as all\nset notruncation;\nset servertimeout = time(5m);\nT | where s == Device';
    const { text: sent, offset } = withPrelude(
      text,
      { parameters: [] },
      { parameters: [{ name: 'Device', type: 'string', value: 'a' }], lets: [], style: 'declare' },
    );
    assert.equal(
      sent.slice(0, offset),
      '// as all\nset notruncation;\nset servertimeout = time(5m);\ndeclare query_parameters(Device:string = "a");\n',
    );
    assert.equal(sent.slice(offset).length, text.length);
    assert.equal(sent.slice(offset).indexOf('T |'), text.indexOf('T |'));
    assert.equal(sent.slice(offset).trim(), 'T | where s == Device');
  });

  it('has the statements that the text needs, those that these need, and no others', () => {
    const lets = ['let A = 1', 'let B = A + 1;', 'let C = Nowhere', 'let D = B'];
    const { text, offset } = withPrelude(
      'print D',
      { parameters: [] },
      { parameters: [], lets, style: 'let' },
    );
    assert.equal(text, 'let A = 1;\nlet B = A + 1;\nlet D = B;\nprint D');
    assert.equal(text.slice(offset), 'print D');
  });
});
