import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { hunt } from '../../src/cli/cli.ts';
import { memoryIo } from './memoryIo.ts';

const fence = '```';
const notebook = `---
title: Failed connections
severity: high
params:
  Port: { type: int, default: 445 }
---

# Failed connections

## 2. Data Collection

${fence}hunt
load:
  Connections: logs/connections.csv
${fence}

## 3. Data Analysis

${fence}kql
Connections
| where RemotePort == Port
| summarize Failures = count() by Device
| order by Failures desc
| as ByDevice
${fence}
`;

const runDocument = z.object({
  ok: z.boolean(),
  title: z.string().nullable(),
  cells: z.array(
    z.object({
      line: z.number(),
      heading: z.string(),
      language: z.string(),
      status: z.string(),
      results: z
        .array(
          z.object({
            name: z.string().optional(),
            rows: z.array(z.array(z.unknown())),
            rowCount: z.number(),
          }),
        )
        .optional(),
      errors: z.array(z.object({ line: z.number(), column: z.number(), message: z.string() })).optional(),
    }),
  ),
});

describe('hunt run and hunt report', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hunt-cli-test-'));
    await mkdir(join(folder, 'logs'));
    await writeFile(
      join(folder, 'logs', 'connections.csv'),
      'Device,RemotePort\nalpha,445\nbeta,445\nalpha,445\nbeta,22\n',
    );
    await writeFile(join(folder, 'n.hunt.md'), notebook);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const command = async (...args: string[]) => {
    const io = memoryIo(folder);
    const code = await hunt(args, io);
    return { code, out: io.out(), err: io.err() };
  };

  it('prints headings, loaded files, tables and figures, and stores the results', async () => {
    const { code, out, err } = await command('run', 'n.hunt.md');
    assert.equal(err, '');
    assert.equal(code, 0);
    assert.match(
      out,
      /^Failed connections\n\n2\. Data Collection\n\n\[hunt, line 13\]\nConnections: 4 rows from logs\/connections\.csv\n/,
    );
    assert.match(out, /Device +Failures\n─+ +─+\nalpha +2\nbeta +1\n\(ByDevice: 2 rows · \d+ ms\)/);
    assert.ok((await readdir(join(folder, 'n.hunt.results'))).includes('index.json'));
    assert.equal(await readFile(join(folder, 'n.hunt.md'), 'utf8'), notebook);
  });

  it('takes parameters and writes one JSON document', async () => {
    const { code, out } = await command('run', 'n.hunt.md', '--param', 'Port=22', '--json');
    assert.equal(code, 0);
    const document = runDocument.parse(JSON.parse(out));
    assert.equal(document.ok, true);
    assert.deepEqual(
      document.cells.map(({ line, heading, language, status }) => [line, heading, language, status]),
      [
        [13, '2. Data Collection', 'hunt', 'ok'],
        [20, '3. Data Analysis', 'kql', 'ok'],
      ],
    );
    assert.deepEqual(document.cells[1]?.results?.[0]?.rows, [['beta', 1]]);
  });

  it('stops at the first failure and names file, line and column', async () => {
    const broken =
      notebook.replace('where RemotePort', 'where RemotPort') + `\n${fence}kql\nprint 1\n${fence}\n`;
    await writeFile(join(folder, 'broken.hunt.md'), broken);
    const { code, out, err } = await command('run', 'broken.hunt.md');
    assert.equal(code, 1);
    assert.match(err, /^broken\.hunt\.md:21:9: error: .*RemotPort/);
    assert.match(err, /RemotePort/);
    assert.match(err, /\n {2}\| where RemotPort == Port\n {10}\^{9}\n/);
    assert.doesNotMatch(out, /print_0/);
    const json = runDocument.parse(JSON.parse((await command('run', 'broken.hunt.md', '--json')).out));
    assert.equal(json.ok, false);
    assert.deepEqual(
      json.cells.at(-1)?.errors?.map(({ line, column }) => [line, column]),
      [[21, 9]],
    );
  });

  it('names the place inside an indented fence of a CRLF file', async () => {
    const top = `intro\n\n ${fence}kql\n print x = 1\n | where Nope\n ${fence}\n`;
    await writeFile(join(folder, 'c.hunt.md'), top.replaceAll('\n', '\r\n'));
    const { code, err } = await command('run', 'c.hunt.md');
    assert.equal(code, 1);
    assert.match(err, /^c\.hunt\.md:5:10: error/);
  });

  it('refuses what it cannot use with exit code 2', async () => {
    for (const [args, message] of [
      [['run'], /no notebook/],
      [['run', 'absent.hunt.md'], /absent\.hunt\.md cannot be read/],
      [['run', 'logs'], /cannot be read/],
      [['run', 'n.hunt.md', '--param', 'Prt=1'], /no parameter `Prt`.*`Port`/],
      [['run', 'n.hunt.md', '--param', 'Port=x'], /Port/],
      [['run', 'n.hunt.md', '--param', 'Port'], /NAME=/],
      [['report', 'n.hunt.md'], /--to md or --to html/],
      [['report', 'n.hunt.md', '--to', 'pdf'], /'pdf' is no report format/],
    ] as const) {
      const { code, err } = await command(...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(err, message);
    }
  });

  it('reports stored results without running, and runs when there are none', async () => {
    const first = await command('report', 'n.hunt.md', '--to', 'md');
    assert.equal(first.code, 0);
    assert.match(first.out, /Failed connections/);
    assert.match(first.out, /alpha/);
    await rm(join(folder, 'logs'), { recursive: true });
    const again = await command('report', 'n.hunt.md', '--to', 'html', '--out', 'report.html');
    assert.equal(again.code, 0);
    assert.equal(again.out, '');
    assert.match(await readFile(join(folder, 'report.html'), 'utf8'), /alpha/);
  });

  it('marks a report whose cells changed since', async () => {
    await command('run', 'n.hunt.md');
    await writeFile(join(folder, 'n.hunt.md'), notebook.replace('== Port', '== Port + 0'));
    const { code, err } = await command('report', 'n.hunt.md', '--to', 'md');
    assert.equal(code, 0);
    assert.match(err, /stale/);
  });

  it('runs the cells of a notebook with broken front matter, points at it and exits 1', async () => {
    const text = `---\ntitle: [a\n---\n\n${fence}kql\nprint 42\n${fence}\n`;
    await writeFile(join(folder, 'broken.hunt.md'), text);
    const io = memoryIo(folder);
    assert.equal(await hunt(['run', 'broken.hunt.md'], io), 1);
    assert.match(io.err(), /^broken\.hunt\.md:2:\d+: error: Front matter: .*\n {2}title: \[a\n/);
    assert.match(io.out(), /42[^]*front matter is broken/);
    const json = memoryIo(folder);
    assert.equal(await hunt(['run', 'broken.hunt.md', '--json'], json), 1);
    assert.match(json.out(), /"problems":\[\{"message":"Front matter[^]*"ok":false/);
  });

  it('keeps the stored results of cells that a failed run did not reach', async () => {
    const cell = (text: string) => `${fence}kql\n${text}\n${fence}\n\n`;
    const path = join(folder, 'partial.hunt.md');
    await writeFile(path, cell('print First = 1') + cell('print Later = 4711'));
    assert.equal(await hunt(['run', 'partial.hunt.md'], memoryIo(folder)), 0);
    await writeFile(path, cell('print nope') + cell('print Later = 4711'));
    assert.equal(await hunt(['run', 'partial.hunt.md'], memoryIo(folder)), 1);
    const report = memoryIo(folder);
    assert.equal(await hunt(['report', 'partial.hunt.md', '--to', 'md'], report), 0);
    assert.match(report.out(), /4711/);
  });
});
