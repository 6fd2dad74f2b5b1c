import assert from 'node:assert/strict';
import { openSession, rowsOf, type Opened } from './sessionFixture.ts';

const rule = `title: Shell
level: high
logsource: { product: windows, category: process_creation }
detection: { s: { CommandLine|contains: enc }, condition: s }
`;

describe('the name of a sigma cell', () => {
  let opened: Opened;
  before(async () => {
    opened = await openSession();
    await opened.run(
      'kql',
      'datatable(Timestamp: datetime, DeviceName: string, ProcessCommandLine: string) [datetime(2024-05-01), "a", "-enc", datetime(2024-05-01), "b", "-x"] | as DeviceProcessEvents',
    );
  });
  after(() => opened.close());

  it('publishes what the rule matches for the cells below', async () => {
    const outcome = await opened.run('sigma', `# engine: local\n# as: Shells\n${rule}`);
    assert.equal(outcome.status === 'ok' && outcome.results[0]?.publishedAs, 'Shells');
    assert.deepEqual(await rowsOf(await opened.run('kql', 'Shells | project DeviceName')), [['a']]);
    const last = await opened.run('sigma', `${rule}# as: Last\r\n`);
    assert.equal(last.status === 'ok' && last.results[0]?.publishedAs, 'Last');
  });

  it('is no name where the words stand in a text of the rule', async () => {
    const outcome = await opened.run('sigma', `${rule}description: |\n  # as: Shells\n`);
    assert.equal(outcome.status === 'ok' && outcome.results[0]?.publishedAs, undefined);
  });

  for (const [what, text, word, message] of [
    ['is a table name', `# as: 1 Shell\n${rule}`, '1 Shell', /`as` takes a table name/],
    ['is not empty', `# as:\n${rule}`, '# as:', /`as` takes a table name/],
    ['closes no query', `# as: A; drop\n${rule}`, 'A; drop', /`as` takes a table name/],
    ['stands there once', `# as: A\n# as: B\n${rule}`, 'B', /names one result/],
    ['is of one rule', `# as: A\n${rule}---\n${rule}`, 'A', /this cell has 2/],
  ] as const) {
    it(`${what}, which is told at the place`, async () => {
      const outcome = await opened.run('sigma', text);
      const [error] = outcome.status === 'failed' ? outcome.errors : [];
      assert.ok(error !== undefined);
      assert.equal(text.slice(error.start, error.start + error.length), word);
      assert.match(error.message, message);
      const [diagnosed] = await opened.session.diagnose({ language: 'sigma', text });
      assert.deepEqual(diagnosed, error);
    });
  }
});
