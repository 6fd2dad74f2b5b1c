import assert from 'node:assert/strict';
import fc from 'fast-check';
import { JsonRowSplitter, ReplyError } from '../../../src/engine/remote/jsonRows.ts';

/** Splits the text in chunks of so many bytes. */
function split(text: string, chunkBytes: number, rowKind: 'array' | 'object' = 'array') {
  const splitter = new JsonRowSplitter(rowKind);
  const bytes = Buffer.from(text);
  const rows = new Map<number, string[]>();
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    for (const batch of splitter.push(bytes.subarray(at, at + chunkBytes))) {
      rows.set(batch.array, [...(rows.get(batch.array) ?? []), ...batch.rows]);
    }
  }
  return { rows: [...rows.values()], frame: splitter.end() };
}

function reasonOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof ReplyError ? error.reason : String(error);
  }
  return 'none';
}

describe('rows of a JSON reply', () => {
  const reply =
    '[{"FrameType":"DataTable","Columns":[{"ColumnName":"a"}],"Rows":[[1,"x]\\"[",{"k":[1]}], [9007199254740993, null]]},' +
    '{"FrameType":"DataTable","Rows":[[true]]},{"HasErrors":false}]';

  it('come out as they were written, and the rest stays, however the reply is cut into chunks', () => {
    for (const chunkBytes of [1, 2, 7, 1000]) {
      assert.deepEqual(split(reply, chunkBytes), {
        rows: [['[1,"x]\\"[",{"k":[1]}]', '[9007199254740993, null]'], ['[true]']],
        frame: [
          { FrameType: 'DataTable', Columns: [{ ColumnName: 'a' }], Rows: [] },
          { FrameType: 'DataTable', Rows: [] },
          { HasErrors: false },
        ],
      });
    }
  });

  it('leave errors among them in the frame', () => {
    const text = '{"Rows":[[1],{"OneApiErrors":[{"error":{"code":"A"}}]},[2],{"OneApiErrors":[]}]}';
    assert.deepEqual(split(text, 5), {
      rows: [['[1]', '[2]']],
      frame: { Rows: [{ OneApiErrors: [{ error: { code: 'A' } }] }, { OneApiErrors: [] }] },
    });
  });

  it('are objects where the service writes them so, and keep the member order', () => {
    const text = '\ufeff {"schema":[{"name":"a"}],"results":[{"a":1.0,"results":[2]},{"a":null}]}';
    assert.deepEqual(split(text, 3, 'object'), {
      rows: [['{"a":1.0,"results":[2]}', '{"a":null}']],
      frame: { schema: [{ name: 'a' }], results: [] },
    });
  });

  it('refuse what is no whole reply', () => {
    assert.equal(
      reasonOf(() => split('<!DOCTYPE html><title>Sign in</title>', 9)),
      'html',
    );
    assert.equal(
      reasonOf(() => split('upstream connect error', 9)),
      'malformed',
    );
    assert.equal(
      reasonOf(() => split('{"a":tru}', 9)),
      'malformed',
    );
    assert.equal(
      reasonOf(() => split('', 9)),
      'cut',
    );
    for (let end = 1; end < reply.length; end++) {
      assert.equal(
        reasonOf(() => split(reply.slice(0, end), 16)),
        'cut',
        reply.slice(0, end),
      );
    }
  });

  it('are those of any reply', () => {
    const rows = fc.array(fc.array(fc.jsonValue()), { maxLength: 6 });
    fc.assert(
      fc.property(
        rows,
        rows,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0, 2),
        (one, two, chunk, indent) => {
          const text = JSON.stringify(
            {
              tables: [
                { rows: one, name: 'rows' },
                { name: '[', Rows: two },
              ],
            },
            null,
            indent,
          );
          const out = split(text, chunk);
          const parsed = out.rows.map((texts) => texts.map((row): unknown => JSON.parse(row)));
          const normal: unknown = JSON.parse(JSON.stringify([one, two].filter((list) => list.length > 0)));
          assert.deepEqual(parsed, normal);
          assert.deepEqual(out.frame, {
            tables: [
              { rows: [], name: 'rows' },
              { name: '[', Rows: [] },
            ],
          });
        },
      ),
    );
  });
});
