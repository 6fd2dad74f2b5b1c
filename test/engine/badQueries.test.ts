/** Queries that cannot run, made at random: each answers with a located error that shows nothing of the engine's inside. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { KqlError } from '../../src/kql/errors.ts';
import { createKqlService } from '../../src/kql/index.ts';
import { query } from './randomQueries.ts';
import { columns, openSession, type Session } from './sessions.ts';

const kinds: ReadonlySet<string> = new Set(['syntax', 'semantic', 'unsupported', 'runtime']);

/** Our SQL, our macros, our tables, files and stacks. Words of SQL that KQL has too count only in capitals. */
const innards =
  /kql_|\b(?:SELECT|WITH \w+ AS|CAST\(|CREATE|COALESCE)\b|\b(?:VARCHAR|BIGINT|HUGEINT|INT32|INT64|DECIMAL\(38)|\bLINE \d|::|\/tmp\/|\.duckdb|\.ts:\d|\.js:\d|node_modules|\n\s+at |TypeError|ReferenceError|undefined|DuckDB|Binder|Catalog/;

describe('queries that cannot run', function () {
  this.timeout(120_000);
  let session: Session;
  before(async () => {
    session = await openSession({ kql: createKqlService(), memoryLimitBytes: 256 * 1024 ** 2 });
    const filled = await session.engine.query(
      'datatable(n:long, s:string, d:dynamic, t:datetime)[1, "a", dynamic({"a":[1]}), datetime(2024-01-01), long(null), "", dynamic(null), datetime(null), 9223372036854775807, "(", dynamic("x"), datetime(9999-12-31)] | as T',
    );
    assert(filled.ok);
    await session.engine.declareEmptyTable('U', columns({ n: 'string', u: 'guid' }));
  });
  after(() => session.close());

  it('answer with a located error that shows nothing of the engine', async () => {
    await fc.assert(
      fc.asyncProperty(query, async (text) => {
        const outcome = await session.engine.query(text);
        if (outcome.ok) await Promise.all(outcome.results.map(({ table }) => table.release()));
        else {
          assert(outcome.errors.length > 0);
          for (const error of outcome.errors) assertForHunters(error, text);
        }
      }),
      { numRuns: 120 },
    );
  });
});

function assertForHunters(error: KqlError, text: string): void {
  assert(kinds.has(error.kind), error.kind);
  assert.match(error.code, /^[\w-]+$/);
  assert(error.message.length > 0 && !innards.test(error.message), `${error.code}: ${error.message}`);
  assert(error.start >= 0 && error.length >= 0, JSON.stringify(error));
  assert(error.start + error.length <= text.length, JSON.stringify(error));
  assert.notEqual(error.code, 'engine', error.message);
  if (error.kind === 'unsupported') assert.match(error.message, /Azure Data Explorer|Fabric|let statements/);
}
