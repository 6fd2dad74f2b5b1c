/** Columns grow into the room that is left over. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { grownWidths } from '../../src/renderer/grid/columnWidths.ts';

describe('column widths that grow', () => {
  it('take what they want where there is room', () => {
    assert.deepEqual(grownWidths([50, 60], [80, 40], 1000), [80, 60]);
  });

  it('share what room there is, the leftmost first', () => {
    assert.deepEqual(grownWidths([50, 50], [80, 80], 140), [80, 60]);
  });

  it('neither shrink nor leave the room', () => {
    const width = fc.integer({ min: 0, max: 2000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(width, width)), width, (columns, roomPx) => {
        const widths = columns.map(([has]) => has);
        const grown = grownWidths(
          widths,
          columns.map(([, wants]) => wants),
          roomPx,
        );
        const sum = (all: readonly number[]): number => all.reduce((total, each) => total + each, 0);
        assert.ok(grown.every((each, index) => each >= (widths[index] ?? 0)));
        assert.ok(sum(grown) <= Math.max(roomPx, sum(widths)));
      }),
    );
  });
});
