import assert from 'node:assert/strict';
import { events, openSigmaBench, type SigmaBench } from './support.ts';

describe('Sigma conditions', () => {
  let bench: SigmaBench;
  before(async () => {
    bench = await openSigmaBench();
    const values = [0, 1, 2, 3, 4, 5, 6, 7];
    await events(
      bench,
      { A: 'string', B: 'string', C: 'string' },
      values.map((bits) => ({ A: bits & 1 ? 'y' : 'n', B: bits & 2 ? 'y' : 'n', C: bits & 4 ? 'y' : 'n' })),
    );
  });
  after(() => bench.dispose());

  const ids = (test: (a: boolean, b: boolean, c: boolean) => boolean): number[] =>
    [0, 1, 2, 3, 4, 5, 6, 7]
      .filter((bits) => test((bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0))
      .map((bits) => bits + 1);

  async function expect(
    condition: string,
    test: (a: boolean, b: boolean, c: boolean) => boolean,
  ): Promise<void> {
    const detection = `  sel_a: { A: y }\n  sel_b: { B: y }\n  _c: { C: y }\n  condition: ${condition}`;
    assert.deepEqual(await bench.matches(detection), ids(test), condition);
  }

  it('binds not before and before or', async () => {
    await expect('sel_a or sel_b and not _c', (a, b, c) => a || (b && !c));
    await expect('(sel_a or sel_b) and not _c', (a, b, c) => (a || b) && !c);
    await expect('not (sel_a and sel_b) or _c', (a, b, c) => !(a && b) || c);
    await expect('not sel_a and sel_b', (a, b) => !a && b);
    await expect('not not sel_a', (a) => a);
  });

  it('counts selections by pattern; them leaves out names with an underscore', async () => {
    await expect('1 of sel_*', (a, b) => a || b);
    await expect('all of sel_*', (a, b) => a && b);
    await expect('1 of them', (a, b) => a || b);
    await expect('not 1 of them', (a, b) => !a && !b);
    await expect('2 of *', (a, b, c) => Number(a) + Number(b) + Number(c) >= 2);
    await expect('any of sel_* and not all of sel_*', (a, b) => a !== b);
  });

  it('takes any of a list of conditions', async () => {
    await expect('[sel_a and sel_b, _c]', (a, b, c) => (a && b) || c);
  });

  it('reads lists of maps as alternatives and maps as demands', async () => {
    const detection = '  s:\n    - { A: y, B: y }\n    - C: y\n  condition: s';
    assert.deepEqual(
      await bench.matches(detection),
      ids((a, b, c) => (a && b) || c),
    );
  });
});
