import assert from 'node:assert/strict';
import fc from 'fast-check';
import { z } from 'zod';
import { completeStep, describeStepWord } from '../../src/extension/language/stepCompletion.ts';
import type { Schema } from '../../src/kql/types.ts';
import type { Step } from '../../src/steps/step.ts';

const steps: readonly Step[] = [
  {
    kind: 'detection',
    verb: 'find-scans',
    summary: 'Finds scans.',
    docs: '# find-scans',
    arguments: z.object({
      in: z.string().describe('Table of connections.'),
      kind: z.enum(['vertical', 'horizontal']).optional(),
      columns: z.object({ source: z.string().optional(), port: z.string().optional() }).optional(),
      also: z
        .array(z.object({ technique: z.string(), status: z.enum(['suspected', 'potential']) }))
        .optional(),
    }),
    compile: () => 'print 1',
  },
];
const tables: Schema = { tables: [{ name: 'Events', columns: [{ name: 'A', type: 'string' }] }] };

/** Labels that complete at `¦`. */
function labels(textWithCursor: string): string[] {
  const offset = textWithCursor.indexOf('¦');
  return completeStep(textWithCursor.replace('¦', ''), offset, steps, tables).map(({ label }) => label);
}

describe('completion in a hunt cell', () => {
  it('offers the verbs in an empty cell', () => {
    assert.deepEqual(labels('¦'), ['find-scans', 'as']);
  });
  it('offers no second verb', () => {
    assert.deepEqual(labels('find-scans:\n  in: Events\na¦'), ['as']);
  });
  it('offers the arguments that are not written yet', () => {
    assert.deepEqual(labels('find-scans:\n  in: Events\n  ¦'), ['kind', 'columns', 'also']);
  });
  it('offers the allowed values of an argument', () => {
    assert.deepEqual(labels('find-scans:\n  kind: v¦'), ['vertical', 'horizontal']);
  });
  it('offers the tables where a name is expected', () => {
    assert.deepEqual(labels('find-scans:\n  in: ¦'), ['Events']);
  });
  it('offers the keys of a nested map', () => {
    assert.deepEqual(labels('find-scans:\n  columns:\n    ¦'), ['source', 'port']);
  });
  it('offers the keys of an item in braces', () => {
    assert.deepEqual(labels('find-scans:\n  also: [{ ¦'), ['technique', 'status']);
  });
  it('offers nothing in a comment', () => {
    assert.deepEqual(labels('find-scans:\n  # in: ¦'), []);
  });
  it('replaces the word before the cursor', () => {
    const [first] = completeStep('find', 4, steps, tables);
    assert.deepEqual([first?.start, first?.length], [0, 4]);
  });
  it('never throws, wherever the cursor is', () => {
    const piece = fc.constantFrom(
      'find-scans:',
      '\n',
      '  ',
      '- ',
      'in: ',
      '{',
      '[',
      '}',
      '#',
      'x',
      ',',
      ': ',
      '\t',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.nat(80), (pieces, at) => {
        const text = pieces.join('');
        completeStep(text, Math.min(at, text.length), steps, tables);
        describeStepWord(text, Math.min(at, text.length), steps);
      }),
    );
  });
});

describe('hover in a hunt cell', () => {
  it('shows the page of a verb', () => {
    assert.equal(describeStepWord('find-scans:\n  in: Events', 3, steps)?.docs, '# find-scans');
  });
  it('shows what an argument means', () => {
    assert.deepEqual(describeStepWord('find-scans:\n  in: Events', 15, steps), {
      docs: 'Table of connections.',
      start: 14,
      length: 2,
    });
  });
  it('says nothing on a value', () => {
    assert.equal(describeStepWord('find-scans:\n  in: Events', 20, steps), undefined);
  });
});
