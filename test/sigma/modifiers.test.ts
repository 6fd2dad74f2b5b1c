import assert from 'node:assert/strict';
import { events, openSigmaBench, selection, type SigmaBench } from './support.ts';

describe('Sigma modifiers', () => {
  let bench: SigmaBench;
  before(async () => {
    bench = await openSigmaBench();
  });
  after(() => bench.dispose());

  /** Which of the values a selection on `F` matches, by their place from 1 on. */
  async function matching(
    values: readonly string[],
    ...lines: readonly string[]
  ): Promise<readonly unknown[]> {
    await events(
      bench,
      { F: 'string' },
      values.map((F) => ({ F })),
    );
    return bench.matches(selection(...lines));
  }

  it('compares whole values without case', async () => {
    assert.deepEqual(await matching(['cmd.exe', 'CMD.EXE', 'xcmd.exe'], "F: 'Cmd.exe'"), [1, 2]);
  });

  it('finds one of a list, and with all each of it', async () => {
    const values = ['a -x -y', 'a -x', 'b'];
    assert.deepEqual(await matching(values, 'F|contains:', "  - '-x'", "  - '-y'"), [1, 2]);
    assert.deepEqual(await matching(values, 'F|contains|all:', "  - '-x'", "  - '-y'"), [1]);
  });

  it('opens a value at its ends', async () => {
    const values = ['C:\\Temp\\a.exe', 'C:\\temp\\a.exe.txt', 'D:\\Temp\\b'];
    assert.deepEqual(await matching(values, "F|startswith: 'c:\\temp\\'"), [1, 2]);
    assert.deepEqual(await matching(values, "F|endswith: '\\A.EXE'"), [1]);
    assert.deepEqual(await matching(values, "F|contains: '\\temp\\'"), [1, 2, 3]);
  });

  it('reads wildcards and their escapes', async () => {
    const values = ['prog1.exe', 'prog12.exe', 'prog*.exe', 'a\\b', 'a\\*'];
    assert.deepEqual(await matching(values, "F: 'prog?.exe'"), [1, 3]);
    assert.deepEqual(await matching(values, "F: 'prog*.exe'"), [1, 2, 3]);
    assert.deepEqual(await matching(values, "F: 'prog\\*.exe'"), [3]);
    assert.deepEqual(await matching(values, "F: 'a\\\\*'"), [4, 5]);
    assert.deepEqual(await matching(values, "F: 'a\\\\\\*'"), [5]);
  });

  it('compares with case where cased', async () => {
    assert.deepEqual(await matching(['Abc', 'abc'], "F|cased: 'Abc'"), [1]);
    assert.deepEqual(await matching(['xAbc', 'xabc'], "F|contains|cased: 'Abc'"), [1]);
  });

  it('searches regular expressions with case, and without by i', async () => {
    const values = ['foo123', 'FOO123', 'foo'];
    assert.deepEqual(await matching(values, "F|re: 'foo\\d+'"), [1]);
    assert.deepEqual(await matching(values, "F|re|i: '^foo\\d+$'"), [1, 2]);
    assert.deepEqual(await matching(['a\nb', 'ab'], "F|re|s: 'a.b'"), [1]);
    assert.deepEqual(await matching(['x\na\ny', 'xay'], "F|re|m: '^a$'"), [1]);
  });

  it('knows networks of both kinds, and what is no address is in none', async () => {
    const values = ['10.1.2.3', '11.0.0.1', 'fe80::1', 'no address', ''];
    assert.deepEqual(await matching(values, 'F|cidr: 10.0.0.0/8'), [1]);
    assert.deepEqual(await matching(values, 'F|cidr: fe80::/10'), [3]);
    await events(
      bench,
      { F: 'string' },
      values.map((F) => ({ F })),
    );
    assert.deepEqual(await bench.matches('  s: { F|cidr: 10.0.0.0/8 }\n  condition: not s'), [2, 3, 4, 5]);
  });

  it('finds Base64 at each offset', async () => {
    const secret = 'http://evil.example';
    const values = [0, 1, 2, 3].map((offset) =>
      Buffer.from(`${'x'.repeat(offset)}${secret} rest`).toString('base64'),
    );
    const other = Buffer.from('nothing of the kind').toString('base64');
    assert.deepEqual(
      await matching([...values, other], `F|base64offset|contains: '${secret}'`),
      [1, 2, 3, 4],
    );
    assert.deepEqual(await matching([Buffer.from('abc').toString('base64'), 'abc'], "F|base64: 'abc'"), [1]);
  });

  it('encodes in UTF-16 before Base64', async () => {
    const bytes = (text: string): string => Buffer.from(`..${text}`, 'utf16le').toString('base64');
    assert.deepEqual(
      await matching([bytes('IEX (New'), bytes('other')], "F|wide|base64offset|contains: 'IEX (New'"),
      [1],
    );
    const big = Buffer.from('cmd', 'utf16le').swap16().toString('base64');
    assert.deepEqual(await matching([big], "F|utf16be|base64: 'cmd'"), [1]);
    const marked = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('cmd', 'utf16le')]).toString(
      'base64',
    );
    assert.deepEqual(await matching([marked], "F|utf16|base64: 'cmd'"), [1]);
  });

  it('takes every dash for each other, but not inside of words', async () => {
    const values = ['x -enc y', 'x /enc y', 'x \u2013enc y', 'x \u2015enc y', 'x enc y'];
    assert.deepEqual(await matching(values, "F|windash|contains: ' -enc '"), [1, 2, 3, 4]);
    assert.deepEqual(await matching(['a-b -c', 'a/b -c', 'a-b /c'], "F|windash|contains: 'a-b -c'"), [1, 3]);
  });

  it('asks whether a field exists', async () => {
    assert.deepEqual(await matching(['x', ''], 'F|exists: true'), [1]);
    assert.deepEqual(await matching(['x', ''], 'F|exists: false'), [2]);
    assert.deepEqual(await matching(['x', ''], 'F: null'), [2]);
    assert.deepEqual(await matching(['x', ''], "F: ''"), [2]);
  });

  it('compares fields with each other', async () => {
    await events(bench, { F: 'string', G: 'string' }, [
      { F: 'Alice', G: 'alice' },
      { F: 'Alice', G: 'al' },
      { F: 'Alice', G: 'ce' },
      { F: 'Alice', G: '' },
    ]);
    assert.deepEqual(await bench.matches(selection('F|fieldref: G')), [1]);
    assert.deepEqual(await bench.matches(selection('F|fieldref|startswith: G')), [1, 2]);
    assert.deepEqual(await bench.matches(selection('F|fieldref|endswith: G')), [1, 3]);
    assert.deepEqual(await bench.matches(selection('F|fieldref|contains: G')), [1, 2, 3]);
    assert.deepEqual(await bench.matches(selection('F|fieldref|neq: G')), [2, 3, 4]);
  });

  it('compares numbers on each side of the bound', async () => {
    await events(bench, { F: 'long' }, [{ F: 9 }, { F: 10 }, { F: 11 }, { F: null }]);
    assert.deepEqual(await bench.matches(selection('F|lt: 10')), [1]);
    assert.deepEqual(await bench.matches(selection('F|lte: 10')), [1, 2]);
    assert.deepEqual(await bench.matches(selection('F|gt: 10')), [3]);
    assert.deepEqual(await bench.matches(selection('F|gte: 10')), [2, 3]);
    assert.deepEqual(await bench.matches(selection('F|neq: 10')), [1, 3, 4]);
    assert.deepEqual(await bench.matches(selection('F: 10')), [2]);
  });

  it('takes parts of times', async () => {
    await events(bench, { F: 'datetime' }, [
      { F: '2024-02-29T23:15:00Z' },
      { F: '2024-03-01T08:15:00Z' },
      { F: null },
    ]);
    assert.deepEqual(await bench.matches(selection('F|hour|gte: 20')), [1]);
    assert.deepEqual(await bench.matches(selection('F|minute: 15')), [1, 2]);
    assert.deepEqual(await bench.matches(selection('F|day: 29', 'F|month: 2', 'F|year: 2024')), [1]);
    assert.deepEqual(await bench.matches(selection('F|week: 9')), [1, 2]);
  });

  it('puts values in the place of placeholders', async () => {
    await events(bench, { F: 'string' }, [{ F: 'srv-dc1' }, { F: 'srv-dc2' }, { F: 'pc' }]);
    const detection = selection("F|expand: 'srv-%Servers%'");
    assert.deepEqual(await bench.matches(detection, { Servers: ['dc1', 'dc2'] }), [1, 2]);
    await assert.rejects(bench.matches(detection), /%Servers% has no values/);
  });

  it('searches keywords in all text of an event', async () => {
    await events(bench, { F: 'string', G: 'dynamic' }, [
      { F: 'has EvilService', G: null },
      { F: '', G: { path: 'C:\\evil\\"x"' } },
      { F: 'clean', G: { evil: 'no' } },
    ]);
    assert.deepEqual(await bench.matches('  k: [evilservice]\n  condition: k'), [1]);
    assert.deepEqual(await bench.matches("  k: ['C:\\evil\\']\n  condition: k"), [2]);
    // The name of a member is no text of the event.
    assert.deepEqual(await bench.matches('  k: [evil]\n  condition: k'), [1, 2]);
    assert.deepEqual(await bench.matches("  k:\n    '|all': [has, evil]\n  condition: k"), [1]);
  });

  it('keeps hostile values in their place', async () => {
    const hostile = `" or true //'\n| take 1`;
    await events(bench, { F: 'string' }, [{ F: hostile }, { F: 'other' }]);
    assert.deepEqual(await bench.matches(selection(`F: ${JSON.stringify(hostile)}`)), [1]);
  });
});
