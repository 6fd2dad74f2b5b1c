/** Properties: whatever a table holds, the server sends what the engine has, in every shape of the reply. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { LocalEngine } from '../../src/engine/local/localEngine.ts';
import { openLocalEngine } from '../../src/engine/local/openLocalEngine.ts';
import { createKqlService } from '../../src/kql/index.ts';
import { kqlName, kqlString } from '../../src/kql/kqlText.ts';
import type { ScalarType, WireValue } from '../../src/kql/types.ts';
import { plain, serveFiles, type ServedFolder } from './kustoClient.ts';

/** KQL literals of each type, the odd ones among them. */
const literals: Readonly<Record<ScalarType, fc.Arbitrary<string>>> = {
  bool: fc.constantFrom('true', 'false', 'bool(null)'),
  int: fc.oneof(
    fc.integer().map((n) => `int(${n})`),
    fc.constant('int(null)'),
  ),
  long: fc.oneof(
    fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }).map((n) => `long(${n})`),
    fc.constant('long(null)'),
  ),
  real: fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => `real(${n})`),
    fc.constantFrom('real(nan)', 'real(+inf)', 'real(-inf)', 'real(null)'),
  ),
  decimal: fc.oneof(
    fc.integer().map((n) => `decimal(${n / 100})`),
    fc.constant('decimal(null)'),
  ),
  string: fc.string({ unit: 'binary', maxLength: 12 }).map(kqlString),
  guid: fc.oneof(
    fc.uuid().map((id) => `guid(${id})`),
    fc.constant('guid(null)'),
  ),
  datetime: fc.oneof(
    fc
      .date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true })
      .map((d) => `datetime(${d.toISOString()})`),
    fc.constantFrom('datetime(null)', 'datetime(9999-12-31 23:59:59.9999999)'),
  ),
  timespan: fc.oneof(
    fc.integer().map((n) => `${n < 0 ? '-' : ''}${Math.abs(n)}ms`),
    fc.constant('timespan(null)'),
  ),
  dynamic: fc.oneof(
    fc.json({ maxDepth: 2 }).map((json) => `dynamic(${json})`),
    fc.constant('dynamic(null)'),
  ),
};

const column = fc
  .constantFrom(...(Object.keys(literals) as ScalarType[]))
  .chain((type) =>
    fc.record({ type: fc.constant(type), values: fc.array(literals[type], { minLength: 3, maxLength: 3 }) }),
  );

const table = fc
  .array(fc.tuple(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 6 }), column), {
    minLength: 1,
    maxLength: 6,
  })
  .map((columns) =>
    columns.filter(([name], index) => columns.findIndex(([other]) => other === name) === index),
  );

interface Frame {
  readonly TableKind?: string;
  readonly FrameType: string;
  readonly Rows?: readonly (readonly WireValue[])[];
}

describe('random tables through a server', function () {
  let served: ServedFolder;
  let engine: LocalEngine;
  let folder: string;

  before(async () => {
    served = await serveFiles({});
    folder = await mkdtemp(join(tmpdir(), 'hunt-random-'));
    engine = await openLocalEngine({ folder, threads: 1, kql: createKqlService() });
  });

  after(async () => {
    await engine.dispose();
    await served.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('come out as the engine has them', async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.boolean(), async (columns, isFragmented) => {
        const text = datatable(columns);
        const outcome = await engine.query(text);
        assert.ok(outcome.ok, JSON.stringify(outcome));
        const [result] = outcome.results;
        const expected = (await result?.table.page({ offset: 0, limit: 10 }))?.rows;
        await result?.table.release();
        const options = { results_v2_fragment_primary_tables: isFragmented };
        const reply = await plain(served).post('/v2/rest/query', {
          csl: text,
          properties: { Options: options },
        });
        const frames = (await reply.json()) as Frame[];
        const rows = frames
          .filter((frame) => frame.TableKind === 'PrimaryResult' || frame.FrameType === 'TableFragment')
          .flatMap(({ Rows }) => Rows ?? []);
        assert.deepEqual(
          rows,
          expected?.map((row) => row.map(asJavaScriptReads)),
        );
      }),
      { numRuns: 25 },
    );
  });
});

function datatable(
  columns: readonly (readonly [string, { type: ScalarType; values: readonly string[] }])[],
): string {
  const schema = columns.map(([name, { type }]) => `${kqlName(name)}:${type}`).join(', ');
  const rows = [0, 1, 2].map((row) => columns.map(([, { values }]) => values[row] ?? '').join(', '));
  return `datatable (${schema}) [${rows.join(',\n')}]`;
}

/** A long beyond 2^53 is text in a page of the engine, and a number on the wire, which JavaScript rounds. */
function asJavaScriptReads(value: WireValue): WireValue {
  return typeof value === 'string' && /^-?\d{16,19}$/.test(value) ? Number(value) : value;
}
