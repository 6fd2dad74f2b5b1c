import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runAll } from '../../src/notebook/runAll.ts';
import { parseDocument } from '../../src/notebook/format/index.ts';
import { ParameterError } from '../../src/notebook/parameterOverrides.ts';
import { createSession } from '../../src/notebook/session.ts';
import { openSession, rowsOf, type Opened } from './sessionFixture.ts';

const scanRows = Array.from(
  { length: 40 },
  (_, index) =>
    `datetime(2025-05-07T12:00:${String(index).padStart(2, '0')}Z), "host-1", "10.0.0.5", "10.0.0.9", ${index + 20}, "ConnectionFailed"`,
).join(',\n');
const networkEvents = `datatable (Timestamp: datetime, DeviceName: string, LocalIP: string, RemoteIP: string, RemotePort: int, ActionType: string) [
${scanRows}
] | as DeviceNetworkEvents`;

describe('session', () => {
  let opened: Opened;
  beforeEach(async () => {
    opened = await openSession();
  });
  afterEach(() => opened.close());

  it('shows later cells what earlier cells published', async () => {
    await opened.run('kql', 'datatable (Port: int) [22, 80] | as Ports');
    assert.deepEqual(await rowsOf(await opened.run('kql', 'Ports | where Port > 50')), [[80]]);
    assert.deepEqual(await rowsOf(await opened.run('sql', 'select count(*)::bigint as n from Ports')), [[2]]);
  });

  it('hands on the let statements of a cell without a query, and replaces them when the cell runs again', async () => {
    await opened.run('kql', 'let Limit = 1;', 'first');
    assert.deepEqual(await rowsOf(await opened.run('kql', 'print Limit', 'second')), [[1]]);
    await opened.run('kql', 'let Limit = 2;', 'first');
    assert.deepEqual(await rowsOf(await opened.run('kql', 'print Limit', 'second')), [[2]]);
    assert.deepEqual(await rowsOf(await opened.run('kql', 'let Limit = 3; print Limit', 'third')), [[3]]);
    assert.deepEqual(await rowsOf(await opened.run('kql', 'print Limit', 'second')), [[2]]);
  });

  it('declares the parameters of the notebook, typed', async () => {
    const { frontMatter } = parseDocument(
      '---\nparams:\n  Device: { type: string, default: host-1 }\n  Within: { type: timespan, default: 10m }\n---\n',
    );
    const other = await openSession(frontMatter, { parameters: { Device: 'it\'s "x"' } });
    try {
      assert.deepEqual(await rowsOf(await other.run('kql', 'print Device, Within + 1m')), [
        ['it\'s "x"', '00:11:00'],
      ]);
    } finally {
      await other.close();
    }
  });

  it('refuses an override that is unknown or does not fit', () => {
    const { frontMatter } = parseDocument('---\nparams:\n  Port: { type: int, default: 22 }\n---\n');
    const base = {
      engine: opened.session.engine,
      folder: opened.folder,
      fileName: 'a.hunt.md',
      frontMatter,
      allowPath: () => Promise.resolve(false),
    };
    const refusal = (parameters: Record<string, string>): unknown => {
      try {
        createSession({ ...base, parameters });
        return 'accepted';
      } catch (error) {
        return error instanceof ParameterError ? [error.code, error.message] : error;
      }
    };
    assert.deepEqual(refusal({ Prt: '1' }), [
      'unknown-parameter',
      'The notebook has no parameter `Prt`. Did you mean `Port`?',
    ]);
    assert.deepEqual(refusal({ Port: 'ssh' }), [
      'bad-parameter',
      'Parameter `Port`: `ssh` is not a int; write for example `443`.',
    ]);
    assert.equal(refusal({ Port: '443' }), 'accepted');
  });

  it('puts KQL errors at their place and stays usable', async () => {
    const outcome = await opened.run('kql', 'print x = 1 | where y > 2');
    assert.equal(outcome.status, 'failed');
    assert.deepEqual(
      outcome.errors.map(({ start, length }) => [start, length]),
      [[20, 1]],
    );
    assert.deepEqual(await rowsOf(await opened.run('kql', 'print 1')), [[1]]);
  });

  it('advises to change what is out of date, and runs it all the same', async () => {
    const cell = {
      language: 'hunt',
      text: 'map-ttps:\n  also: [{ technique: T1046 }, { technique: T1089 }, { technique: T1043 }]',
    } as const;
    const advice = await opened.session.diagnose(cell);
    assert.deepEqual(
      advice.map(({ start, length, suggestions, isWarning }) => [
        cell.text.slice(start, start + length),
        suggestions,
        isWarning,
      ]),
      [
        ['T1089', ['T1685'], true],
        ['T1043', [], true],
      ],
    );
    assert.equal((await opened.session.runCell(cell)).status, 'ok');
  });

  it('runs a detection step as its KQL, publishes the result and asserts a finding', async () => {
    await opened.run('kql', networkEvents);
    const cell = { language: 'hunt', text: 'find-scans:\n  in: DeviceNetworkEvents\nas: Scans' } as const;
    const outcome = await opened.session.runCell(cell);
    assert.equal(outcome.status, 'ok', JSON.stringify(outcome));
    assert.equal(outcome.results[0]?.publishedAs, 'Scans');
    assert.equal(outcome.results[0].provenance.query, cell.text);
    assert.equal(outcome.results[0].provenance.kql, await opened.session.kqlOf(cell));
    assert.equal(outcome.findings.length, 1);
    assert.equal(outcome.findings[0]?.totalRows, 1);
    assert.notEqual(outcome.findings[0].severity, 'informational');
    assert.deepEqual(opened.session.findings(), outcome.findings);
    assert.deepEqual(await rowsOf(await opened.run('kql', 'Scans | count')), [[1]]);
    const kql = await opened.session.kqlOf(cell);
    assert.ok(typeof kql === 'string');
    const byHand = await opened.run('kql', kql);
    assert.deepEqual(await rowsOf(byHand), await rowsOf(outcome));
  });

  it('says what it looked at when a detection finds nothing', async () => {
    await opened.run('kql', networkEvents);
    const outcome = await opened.run('hunt', 'find-scans:\n  exclude: [10.0.0.5]');
    assert.equal(outcome.status, 'ok', JSON.stringify(outcome));
    assert.deepEqual(outcome.findings, []);
    assert.match(
      outcome.notices.join(),
      /`find-scans` found nothing\. Looked at \d+ rows of `DeviceNetworkEvents`/,
    );
  });

  it('draws and names what a step explains', async () => {
    await opened.run('kql', networkEvents);
    const cell = { language: 'hunt', text: 'find-scans:\n  explain: 10.0.0.5\nas: Walk' } as const;
    const outcome = await opened.session.runCell(cell);
    assert.equal(outcome.status, 'ok', JSON.stringify(outcome));
    assert.equal(outcome.results[0]?.publishedAs, 'Walk');
    assert.equal(outcome.results[0].render?.kind, 'timechart');
    assert.deepEqual(outcome.findings, []);
    const kql = await opened.session.kqlOf(cell);
    assert.match(typeof kql === 'string' ? kql : '', /\n\| as Walk\n\| render timechart/);
  });

  it('says that a source cannot answer when it never tells what failed', async () => {
    await opened.run('kql', networkEvents);
    const succeeded = 'DeviceNetworkEvents | extend ActionType = "ConnectionSuccess" | as Succeeded';
    await opened.run('kql', succeeded);
    const outcome = await opened.run('hunt', 'find-scans:\n  in: Succeeded');
    assert.equal(outcome.status, 'ok', JSON.stringify(outcome));
    assert.match(
      outcome.notices.join(),
      /cannot answer the question: no value of ActionType is a failed connection/,
    );
  });

  it('records the files behind the tables, and keeps the session after a load that fails', async () => {
    await writeFile(join(opened.folder, 'ports.csv'), 'Port,Name\n22,ssh\n80,http\n');
    const missing = await opened.run('hunt', 'load:\n  Ports: nowhere.csv');
    assert.equal(missing.status, 'failed');
    const loaded = await opened.run('hunt', 'load:\n  Ports: ports.csv');
    assert.equal(loaded.status, 'ok', JSON.stringify(loaded));
    assert.deepEqual(
      loaded.loaded.map(({ name, rows }) => [name, rows]),
      [['Ports', 2]],
    );
    const outcome = await opened.run('kql', 'Ports | where Port > 50 | project Name');
    assert.deepEqual(await rowsOf(outcome), [['http']]);
    const sources = outcome.status === 'ok' ? outcome.results[0]?.provenance.sources : undefined;
    assert.deepEqual(
      sources?.map(({ table, path, rows }) => [table, path, rows]),
      [['Ports', 'ports.csv', 2]],
    );
    assert.match(sources[0]?.sha256 ?? '', /^[0-9a-f]{64}$/);
  });

  it("puts a step's complaint at the argument", async () => {
    const text = 'find-scans:\n  in: Nowhere';
    const outcome = await opened.run('hunt', text);
    assert.equal(outcome.status, 'failed');
    assert.deepEqual(
      outcome.errors.map(({ start, length }) => text.slice(start, start + length)),
      ['Nowhere'],
    );
    assert.deepEqual(await opened.session.diagnose({ language: 'hunt', text }), outcome.errors);
  });

  it('says what a sigma cell lacks', async () => {
    const outcome = await opened.run('sigma', 'title: x');
    assert.equal(outcome.status, 'failed');
    assert.deepEqual(
      outcome.errors.map(({ code, message }) => [code, message]),
      [['sigma-structure', 'The rule has no `detection`. Add `detection:`.']],
    );
  });

  it('does nothing for a cell that holds only comments', async () => {
    for (const [language, text] of [
      ['hunt', '# find-scans:'],
      ['kql', '// T'],
      ['kql', ' '],
      ['sql', ''],
    ] as const) {
      const outcome = await opened.run(language, text);
      assert.equal(outcome.status, 'ok', `${language} ${text} ${JSON.stringify(outcome)}`);
      assert.deepEqual(await opened.session.diagnose({ language, text }), []);
    }
  });

  it('is cancelled by its signal and stays usable', async () => {
    const aborter = new AbortController();
    const running = opened.session.runCell(
      {
        language: 'kql',
        text: 'range a from 1 to 1000000000 step 1 | summarize max(a * a % 7) by b = a % 1000003 | count',
      },
      { signal: aborter.signal },
    );
    setTimeout(() => aborter.abort(), 50);
    assert.equal((await running).status, 'cancelled');
    assert.deepEqual(await rowsOf(await opened.run('kql', 'print 1')), [[1]]);
  });

  it('runs all cells in order and stops at the first failure', async () => {
    const { cells } = parseDocument(
      '# Hunt\n```kql\nprint 1 | as One\n```\n```kql\nOne | where nope\n```\n```kql\nprint 3\n```\n',
    );
    const started: number[] = [];
    const outcomes = await runAll(opened.session, cells, { onStart: (index) => void started.push(index) });
    assert.deepEqual(
      outcomes.map((outcome) => outcome?.status),
      [undefined, 'ok', 'failed', undefined],
    );
    assert.deepEqual(started, [1, 2]);
  });

  it('says that a step cannot read its own result', async () => {
    const outcome = await opened.run('hunt', 'find-scans:\n  in: Scans\nas: Scans');
    assert.ok(outcome.status === 'failed');
    assert.equal(outcome.errors[0]?.code, 'missing-table');
    assert.match(outcome.errors[0].message, /names the result of this cell/);
    assert.deepEqual([outcome.errors[0].start, outcome.errors[0].length], [18, 5]);
  });

  it('tells that a result took the name of a loaded table', async () => {
    await writeFile(join(opened.folder, 'Ports.csv'), 'Port\n22\n80\n');
    await opened.run('hunt', 'load: Ports.csv');
    const outcome = await opened.run('kql', 'Ports | take 1 | as Ports');
    assert.ok(outcome.status === 'ok');
    assert.match(outcome.notices.join(), /Ports is now this result.*Ports\.csv/);
  });
}).timeout(120_000); // The first query loads the Kusto library, which takes long on a busy machine.
