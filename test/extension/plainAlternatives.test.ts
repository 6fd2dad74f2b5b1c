import assert from 'node:assert/strict';
import { sizeText } from '../../src/data/sizeText.ts';
import { markdownAlternative, plainAlternative } from '../../src/extension/output/plainAlternatives.ts';
import type { ResultOutput } from '../../src/renderer/protocol.ts';

const output: ResultOutput = {
  resultId: 'r',
  columns: [
    { name: 'Host', type: 'string' },
    { name: 'Ports', type: 'long' },
  ],
  rowCount: 1000,
  firstRows: [
    ['windows-target-1', 121],
    ['<b>|x', null],
  ],
  provenance: {
    query: '',
    language: 'kql',
    engine: 'local',
    sources: [],
    startedAt: '',
    durationMs: 1,
    rowCount: 1000,
  },
  notices: [],
  isRestored: false,
  isStale: false,
};

describe('alternatives of a result', () => {
  it('writes the first rows as a Markdown table with the number of rows', () => {
    assert.equal(
      markdownAlternative(output),
      '| Host | Ports |\n| --- | --- |\n| windows-target-1 | 121 |\n| &lt;b&gt;\\|x |  |\n\n2 of 1000 rows.',
    );
  });
  it('writes the first rows as aligned text', () => {
    assert.equal(
      plainAlternative(output),
      'Host              Ports\n----------------  -----\nwindows-target-1  121\n<b>|x\n2 of 1000 rows.',
    );
  });
  it('says how many rows there are at least when they were cut', () => {
    assert.match(
      plainAlternative({ ...output, cut: { atLeastRows: 5000, limit: '1000 rows' } }),
      /2 of at least 5000 rows/,
    );
  });
  it('shows hostile text as text in both', () => {
    const hostile = { ...output, firstRows: [['<script>|\n\u001b[31m', null]] };
    assert.match(markdownAlternative(hostile), /\| &lt;script&gt;\\\|␊␛\\\[31m \| {2}\|/);
    assert.match(plainAlternative(hostile), /^<script>\|␊␛\[31m$/m);
  });
  it('writes sizes in the unit that reads best', () => {
    assert.deepEqual([0, 999, 1024, 1536, 5 * 1024 ** 3].map(sizeText), [
      '0 bytes',
      '999 bytes',
      '1.0 KB',
      '1.5 KB',
      '5.0 GB',
    ]);
  });
});
