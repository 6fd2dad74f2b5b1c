import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { hunt } from '../../src/cli/cli.ts';
import { memoryIo } from './memoryIo.ts';

const answer = z.looseObject({
  id: z.unknown().optional(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })).optional(),
  rows: z.array(z.array(z.unknown())).optional(),
  error: z
    .strictObject({ kind: z.string(), message: z.string(), start: z.number(), length: z.number() })
    .optional(),
});

const answersIn = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => answer.parse(JSON.parse(line)));

describe('hunt query', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hunt-cli-test-'));
    await writeFile(join(folder, 'a.json'), '{"Alerts":{"Id":"string","Count":"int"}}');
    await writeFile(
      join(folder, 'b.json'),
      '{"Alerts":{"At":"datetime"},"Hosts":{"Name":"String","Score":"double"}}',
    );
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const query = async (args: readonly string[], stdin = '') => {
    const io = memoryIo(folder, stdin);
    const code = await hunt(['query', ...args], io);
    return { code, out: io.out(), err: io.err() };
  };
  const batch = async (lines: readonly unknown[], args: readonly string[] = []) => {
    const stdin = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    const { code, out } = await query(['--batch', ...args], stdin);
    return { code, answers: answersIn(out) };
  };

  it('prints a text table', async () => {
    const { code, out } = await query(["print Port = 3389, Host = 'windows-target-1'"]);
    assert.equal(code, 0);
    assert.match(out, /^Port {2}Host\n─+ {2}─+\n3389 {2}windows-target-1\n\(1 row\)\n$/);
  });

  it('prints one JSON line with --json, wire values as documented', async () => {
    const text =
      'print At = datetime(2025-05-07T12:37:46.1234567Z), Took = timespan(1.02:03:04.5), ' +
      'D = dynamic({"a":[1,null]}), Big = 9007199254740993, N = int(null), B = true';
    const { code, out } = await query(['--json', text]);
    assert.equal(code, 0);
    assert.equal(
      out,
      '{"columns":[{"name":"At","type":"datetime"},{"name":"Took","type":"timespan"},{"name":"D","type":"dynamic"},' +
        '{"name":"Big","type":"long"},{"name":"N","type":"int"},{"name":"B","type":"bool"}],' +
        '"rows":[["2025-05-07T12:37:46.1234567Z","1.02:03:04.5000000",{"a":[1,null]},"9007199254740993",null,true]]}\n',
    );
  });

  it('shows an error at its place, on stderr', async () => {
    const { code, out, err } = await query(['print a = 1\n| where b == 2']);
    assert.equal(code, 1);
    assert.equal(out, '');
    assert.match(err, /^query:2:9: semantic error: .*'?b'?/);
    assert.match(err, /\n {2}\| where b == 2\n {10}\^\n$/);
  });

  it('reads the query from standard input', async () => {
    const { code, out } = await query(['--json'], 'print x = 1\n| extend y = x + 1');
    assert.equal(code, 0);
    assert.deepEqual(answersIn(out)[0]?.rows, [[1, 2]]);
  });

  it('answers each line in order, each by itself', async () => {
    const { code, answers } = await batch([
      { id: 1, query: 'range x from 1 to 3 step 1 | as Secret' },
      'this is not JSON',
      { id: 'two', query: 'Secret | count' },
      '',
      { id: 3, query: 'let a = 5; print 1; print y = a' },
      { id: 4, query: 'print a' },
      { id: { deep: [1] }, query: 'print "ünïcödé ☃"' },
      { id: 6 },
      { query: 'print 7' },
      { id: 8, query: 'let f = 1;' },
    ]);
    assert.equal(code, 1);
    assert.deepEqual(
      answers.map(({ id, rows, error }) => [id, rows ?? error?.kind]),
      [
        [1, [[1], [2], [3]]],
        [null, 'syntax'],
        ['two', 'semantic'],
        [3, [[5]]],
        [4, 'semantic'],
        [{ deep: [1] }, [['ünïcödé ☃']]],
        [6, 'syntax'],
        [null, [[7]]],
        [8, 'semantic'],
      ],
    );
  });

  it('points at what is wrong with start and length in UTF-16 units', async () => {
    const text = 'print s = "☃" | where Nope == 1';
    const { answers } = await batch([{ id: 1, query: text }]);
    const error = answers[0]?.error;
    assert.equal(error?.kind, 'semantic');
    assert.equal(text.slice(error.start, error.start + error.length), 'Nope');
  });

  it('tells syntax and unsupported errors apart', async () => {
    const { answers } = await batch([
      { id: 1, query: 'print x =' },
      { id: 2, query: 'print x = 1 | evaluate python(typeof(*), "")' },
    ]);
    assert.deepEqual(
      answers.map(({ error }) => error?.kind),
      ['syntax', 'unsupported'],
    );
  });

  it('starts answering before its input ends', async () => {
    let release: () => void = () => undefined;
    const isAnswered = new Promise<void>((resolve) => {
      release = resolve;
    });
    const io = memoryIo(folder);
    async function* input() {
      yield Buffer.from('{"id":1,"query":"print 1"}\n');
      await isAnswered;
      yield Buffer.from('{"id":2,"query":"print 2"}\n');
    }
    const { Readable, Writable } = await import('node:stream');
    let out = '';
    const stdout = new Writable({
      write(chunk: Buffer, _encoding, done) {
        out += chunk.toString();
        if (out.includes('\n')) release();
        done();
      },
    });
    const code = await hunt(['query', '--batch'], { ...io, stdin: Readable.from(input()), stdout });
    assert.equal(code, 0);
    assert.deepEqual(
      answersIn(out).map(({ id }) => id),
      [1, 2],
    );
  });

  it('writes all rows of a result of several pages', async () => {
    const { answers } = await batch([{ id: 1, query: 'range x from 1 to 12345 step 1' }]);
    const rows = answers[0]?.rows ?? [];
    assert.equal(rows.length, 12_345);
    assert.deepEqual([rows[0], rows[5000], rows[12_344]], [[1], [5001], [12_345]]);
  });

  it('merges schema files and checks without running', async () => {
    const { code, answers } = await batch(
      [
        {
          id: 1,
          query:
            'Alerts | where Count > 1 | project Id, At | join kind=inner Hosts on $left.Id == $right.Name',
        },
        { id: 2, query: 'Hosts | where Scores > 1' },
      ],
      ['--check', '--schema', 'a.json', '--schema', 'b.json'],
    );
    assert.equal(code, 1);
    assert.deepEqual(answers[0], {
      id: 1,
      columns: [
        { name: 'Id', type: 'string' },
        { name: 'At', type: 'datetime' },
        { name: 'Name', type: 'string' },
        { name: 'Score', type: 'real' },
      ],
      rows: [],
    });
    assert.match(answers[1]?.error?.message ?? '', /Score/);
  });

  it('runs on the empty tables of a schema', async () => {
    const { answers } = await batch([{ id: 1, query: 'Alerts | count' }], ['--schema', 'a.json']);
    assert.deepEqual(answers[0]?.rows, [[0]]);
  });

  for (const [what, args, message] of [
    ['an unknown option', ['--nope', 'print 1'], /--nope/],
    ['two queries', ['print 1', 'print 2'], /one query/],
    ['a query with --batch', ['--batch', 'print 1'], /standard input/],
    ['no query', [], /no query/],
    ['a load without a name', ['--load', 'file.csv', 'print 1'], /NAME=/],
    ['a schema that is not there', ['--schema', 'missing.json', 'print 1'], /missing\.json/],
  ] as const) {
    it(`refuses ${what} with exit code 2 and the next step`, async () => {
      const { code, out, err } = await query(args);
      assert.equal(code, 2);
      assert.equal(out, '');
      assert.match(err, message);
      assert.match(err, /See hunt query --help/);
    });
  }

  it('refuses a schema of another shape or with an unknown type', async () => {
    await writeFile(join(folder, 'list.json'), '["Table"]');
    await writeFile(join(folder, 'type.json'), '{"T":{"C":"varchar"}}');
    for (const [file, message] of [
      ['list.json', /no schema/],
      ['type.json', /T\.C has the unknown type 'varchar'/],
    ] as const) {
      const { code, err } = await query(['--schema', file, 'print 1']);
      assert.equal(code, 2);
      assert.match(err, message);
    }
  });

  it('keeps control characters of values out of the terminal', async () => {
    const { out } = await query(['print x = "\\u001b[31mred\\u202e"']);
    assert.doesNotMatch(out, /[\u001b\u202e]/);
    assert.match(out, /␛\[31mred/);
  });

  it('stops with exit code 130 when it is interrupted', async () => {
    const io = memoryIo(folder, '{"id":1,"query":"print 1"}', AbortSignal.abort());
    assert.equal(await hunt(['query', '--batch'], io), 130);
  });
});

describe('hunt', () => {
  it('shows help for itself and each command, and its version', async () => {
    for (const [args, text] of [
      [['--help'], /Usage: hunt <command>/],
      [['run', '--help'], /Usage: hunt run NOTEBOOK/],
      [['report', '-h'], /Usage: hunt report NOTEBOOK/],
      [['query', '--help'], /Usage: hunt query/],
      [['--version'], /^\d+\.\d+\.\d+\n$/],
    ] as const) {
      const io = memoryIo('.');
      assert.equal(await hunt(args, io), 0);
      assert.match(io.out(), text);
    }
  });

  it('refuses an unknown or missing command', async () => {
    for (const args of [[], ['hunt']]) {
      const io = memoryIo('.');
      assert.equal(await hunt(args, io), 2);
      assert.match(io.err(), /Commands: run, report, query/);
    }
  });
});
