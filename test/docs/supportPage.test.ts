/** The page of what KQL runs locally is current, and says only what runs. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { openDatabase, runKql } from '../conformance/database.ts';
import { joinKinds, supportPage } from './supportPage.ts';

describe('media/docs/kql-support.md', () => {
  it('is what the registries say', () => {
    const page = readFileSync(resolve(import.meta.dirname, '../../media/docs/kql-support.md'), 'utf8');
    assert.equal(page.replaceAll('\r\n', '\n'), supportPage(), 'run `npm run docs`');
  });

  it('names only kinds of join that run', async () => {
    const connection = await openDatabase();
    for (const kind of joinKinds) {
      const outcome = await runKql(connection, `print a = 1 | join kind=${kind} (print a = 1) on a | count`);
      assert.equal(outcome.ok, true, kind);
    }
    connection.closeSync();
  });
});
