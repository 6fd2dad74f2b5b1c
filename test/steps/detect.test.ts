import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WireValue } from '../../src/kql/types.ts';
import { detectStep } from '../../src/steps/detect.ts';
import { StepError } from '../../src/steps/step.ts';
import { runPrepared } from './support/preparedStep.ts';
import { openWorkbench, type Row, type Workbench } from './support/workbench.ts';

const rule = (title: string, detection: string, more = 'level: high'): string =>
  `title: ${title}\nid: id-${title}\ntags: [attack.t1086, attack.execution]\n${more}\nlogsource: { category: process_creation, product: windows }\ndetection:\n${detection}\n`;

const columns = {
  Timestamp: 'datetime',
  DeviceName: 'string',
  FolderPath: 'string',
  ProcessCommandLine: 'string',
  InitiatingProcessFolderPath: 'string',
} as const;

describe('detect', () => {
  let bench: Workbench;
  let folder: string;
  before(async () => {
    bench = await openWorkbench();
    folder = await mkdtemp(join(tmpdir(), 'hunt-detect-'));
    await mkdir(join(folder, 'rules', 'deep'), { recursive: true });
    const files: Readonly<Record<string, string>> = {
      'encoded.yml': rule(
        'Encoded',
        "  s: { Image|endswith: '\\PowerShell.exe', CommandLine|contains: ' -ENC ' }\n  f: { ParentImage|endswith: '\\agent.exe' }\n  condition: s and not f",
      ),
      'deep/shell.yaml': rule(
        'Shell',
        "  s: { Image|endswith: '\\powershell.exe' }\n  condition: s",
        'level: low',
      ),
      'field.yml': rule('Field', '  s: { CurrentDirectory: x }\n  condition: s'),
      'broken.yml': rule('Broken', '  s: { Image|nope: x }\n  condition: s'),
      'empty.yml': '',
      'old.yml': rule('Old', '  s: { Image|contains: e }\n  condition: s', 'status: deprecated'),
      'linux.yml':
        'title: Linux\nlogsource: { product: linux, service: auditd }\ndetection: { s: { a0: x }, condition: s }\n',
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'rules', name), text);
    const row = (FolderPath: string, ProcessCommandLine: string, parent = 'C:\\explorer.exe'): Row => ({
      Timestamp: '2024-05-01T10:00:00Z',
      DeviceName: 'pc',
      FolderPath,
      ProcessCommandLine,
      InitiatingProcessFolderPath: parent,
    });
    await bench.table('DeviceProcessEvents', columns, [
      row('C:\\Windows\\POWERSHELL.EXE', 'powershell -enc AAAA'),
      row('C:\\Windows\\powershell.exe', 'powershell -enc BBBB', 'C:\\Agent.exe'),
      row('C:\\Windows\\powershell.exe', 'powershell -encoded'),
      row('C:\\Windows\\cmd.exe', 'cmd -enc AAAA'),
    ]);
  });
  after(async () => {
    await bench.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  async function detect(
    args: object,
    allow = false,
  ): Promise<{ rows: readonly Row[]; notices: readonly string[] }> {
    const notices: string[] = [];
    const files = {
      folder,
      allowPath: () => Promise.resolve(allow),
      notice: (text: string) => notices.push(text),
    };
    const prepared = await detectStep.prepare?.(detectStep.arguments.parse(args), files);
    assert.ok(prepared !== undefined);
    return {
      rows: await bench.query(detectStep.compile(prepared, { schema: bench.engine.schema() })),
      notices,
    };
  }

  const word = (value: WireValue | undefined): string => (typeof value === 'string' ? value : '');
  const titles = (rows: readonly Row[]): unknown[] =>
    rows.map(({ RuleTitle, CommandLine }) => `${word(RuleTitle)}: ${word(CommandLine)}`).sort();

  it('gives a row for each event and rule, with what map-ttps reads', async () => {
    const { rows, notices } = await detect({ rules: 'rules' });
    assert.deepEqual(titles(rows), [
      'Encoded: powershell -enc AAAA',
      'Shell: powershell -enc AAAA',
      'Shell: powershell -enc BBBB',
      'Shell: powershell -encoded',
    ]);
    const [first] = rows.filter(({ RuleTitle }) => RuleTitle === 'Encoded');
    assert.deepEqual(
      [first?.['Severity'], first?.['Techniques'], first?.['Tactics'], first?.['RuleFile']],
      ['high', 'T1059.001', 'Execution', 'rules/encoded.yml'],
    );
    assert.match(
      notices[0] ?? '',
      /^Read 6 rules: 3 compiled, 2 refused \(1 unknown-modifier, 1 field\), 1 left out/,
    );
    assert.match(notices.join('\n'), /1 rules have no data here: 1 linux auditd/);
    assert.match(
      notices.join('\n'),
      /Refused \(unknown-modifier\): Broken \(rules\/broken\.yml, line 7\): .*\n?Refused \(field\): Field \(rules\/field\.yml, line 7\)/,
    );
  });

  it('asks of many rules first what no event can meet, and finds the same', async () => {
    await mkdir(join(folder, 'many'));
    for (let index = 0; index < 60; index++) {
      const text = index % 20 === 0 ? 'powershell' : `marker-${index}`;
      const detection = `  s: { CommandLine|contains: ['${text}', other-${index}] }\n  condition: s`;
      await writeFile(join(folder, 'many', `${index}.yml`), rule(`Rule ${index}`, detection));
    }
    const alone = await detect({ rules: 'many' });
    const { rows, kql, notices } = await runPrepared(bench, detectStep, { rules: 'many' }, { folder });
    assert.deepEqual(titles(rows), titles(alone.rows));
    assert.equal(alone.rows.length, 9);
    assert.ok(!kql.includes('marker') && !kql.includes('other'));
    assert.match(notices.join('\n'), /57 of them need a text that no event here has/);
    const failing = await runPrepared(bench, detectStep, { rules: 'many' }, { folder, failing: 'too large' });
    assert.deepEqual(titles(failing.rows), titles(alone.rows));
    assert.match(failing.notices.join('\n'), /All rules are asked of all events: .* \(too large\)/);
    await rm(join(folder, 'many'), { recursive: true });
  });

  it('takes levels, names to leave out, and patterns', async () => {
    assert.deepEqual(titles((await detect({ rules: 'rules', level: 'medium' })).rows), [
      'Encoded: powershell -enc AAAA',
    ]);
    assert.equal(
      (await detect({ rules: ['rules/**/*.yaml', 'rules/encoded.yml'], exclude: 'id-Shell' })).rows.length,
      1,
    );
    assert.equal((await detect({ rules: 'rules', status: 'deprecated' })).rows.length, 8);
  });

  it('says what it cannot read', async () => {
    await assert.rejects(
      detect({ rules: 'nowhere' }),
      (error) => error instanceof StepError && error.code === 'missing-file',
    );
    await assert.rejects(detect({ rules: tmpdir() + '/../etc' }), StepError);
    await assert.rejects(detect({ rules: 'rules/broken.yml' }), /no modifier `nope`/);
  });
});
