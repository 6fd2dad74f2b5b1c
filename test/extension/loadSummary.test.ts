import assert from 'node:assert/strict';
import { loadSummary } from '../../src/extension/output/loadSummary.ts';
import type { LoadedTable } from '../../src/data/loadedTable.ts';

const table: LoadedTable = {
  name: 'Events',
  rows: 1234,
  sources: [{ path: 'logs/a|b.csv', sha256: 'abcdef0123456789', sizeBytes: 2048, rows: 1234 }],
  rejects: { count: 0, first: [] },
  notices: [],
};

describe('the summary of a load', () => {
  it('names table, rows, file, size and the beginning of the hash', () => {
    const { markdown, plain } = loadSummary([table], []);
    assert.match(
      markdown,
      /\| \*\*Events\*\* \| 1,234 \| logs\/a\\\|b\.csv \| 2\.0 KB \| `abcdef012345…` \|/,
    );
    assert.equal(plain, 'Events: 1,234 rows from logs/a|b.csv');
  });
  it('says which rows could not be read, and how many more there are', () => {
    const rejects = { count: 3, first: [{ file: 'a.csv', line: 3, reason: '<b>5 fields</b>' }] };
    const { markdown, plain } = loadSummary([{ ...table, rejects }], []);
    assert.match(
      plain,
      /3 rows could not be read and are kept in Events_rejects:\na\.csv, line 3: .*\nand 2 more/,
    );
    assert.ok(!markdown.includes('<b>') && markdown.includes('&lt;b&gt;'));
  });
  it('says a notice once, also when the table has it too', () => {
    const { plain } = loadSummary([{ ...table, notices: ['The file is empty.'] }], ['The file is empty.']);
    assert.equal(plain.split('The file is empty.').length, 2);
  });
  it('counts the further files of a glob', () => {
    const [source] = table.sources;
    assert.ok(source);
    const { plain } = loadSummary([{ ...table, sources: [source, source, source] }], []);
    assert.match(plain, /and 2 more files/);
  });
});
