import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { techniques } from '../../src/attack/catalogue.ts';
import { mapTtpsStep } from '../../src/steps/mapTtps.ts';
import { rules } from '../../src/steps/mapTtps/rules.ts';
import { StepError } from '../../src/steps/step.ts';
import { openWorkbench } from './support/workbench.ts';
import type { Columns, Row, Workbench } from './support/workbench.ts';

const scanColumns: Columns = {
  Source: 'string',
  Kind: 'string',
  Score: 'long',
  Ports: 'long',
  Hosts: 'long',
  FirstSeen: 'datetime',
  LastSeen: 'datetime',
};
const suspectColumns: Columns = {
  Rank: 'long',
  Score: 'long',
  Timestamp: 'datetime',
  FileName: 'string',
  ProcessCommandLine: 'string',
  InitiatingProcessFileName: 'string',
  InitiatingProcessCommandLine: 'string',
};
const scan: Row = {
  Source: '10.0.0.5',
  Kind: 'vertical',
  Score: 97,
  Ports: 100,
  Hosts: 1,
  FirstSeen: '2025-05-07T12:37:46Z',
  LastSeen: '2025-05-07T12:40:00Z',
};
const script: Row = {
  Rank: 1,
  Score: 98,
  Timestamp: '2025-05-07T12:37:42Z',
  FileName: 'powershell.exe',
  ProcessCommandLine: 'powershell.exe -File C:\\programdata\\portscan.ps1',
  InitiatingProcessFileName: 'svchost.exe',
  InitiatingProcessCommandLine: 'svchost.exe -k netsvcs -p -s Schedule',
};

describe('map-ttps', () => {
  let bench: Workbench;
  before(async () => (bench = await openWorkbench()));
  after(() => bench.dispose());

  const map = async (
    tables: { scans?: readonly Row[]; suspects?: readonly Row[] },
    args: object = {},
  ): Promise<readonly Row[]> => {
    await bench.table('Scans', scanColumns, tables.scans ?? []);
    await bench.table('Suspects', suspectColumns, tables.suspects ?? []);
    return bench.run(mapTtpsStep, { from: ['Scans', 'Suspects'], ...args });
  };
  const found = (rows: readonly Row[]): unknown[] =>
    rows.map((row) => [row['Technique'], row['Status'], row['Confidence']]);

  it('maps a scan, its script and the task behind it, in the order of the matrix', async () => {
    const rows = await map({ scans: [scan], suspects: [script] });
    assert.deepEqual(found(rows), [
      ['T1053.005', 'suspected', 60],
      ['T1059.001', 'confirmed', 90],
      ['T1046', 'confirmed', 97],
    ]);
    const discovery = rows[2];
    assert.equal(discovery?.['Name'], 'Network Service Discovery');
    assert.equal(discovery['Tactics'], 'Discovery');
    assert.equal(discovery['EvidenceRows'], 1);
    assert.equal(discovery['FirstSeen'], '2025-05-07T12:37:46.0000000Z');
    assert.equal(discovery['LastSeen'], '2025-05-07T12:40:00.0000000Z');
    assert.equal(discovery['Evidence'], 'Scans: vertical scan from 10.0.0.5, 100 ports on 1 host');
    assert.equal(rows[1]?.['Name'], 'Command and Scripting Interpreter: PowerShell');
    assert.equal(
      rows[1]['Evidence'],
      'Suspects: powershell.exe: powershell.exe -File C:\\programdata\\portscan.ps1',
    );
    assert.equal(rows[0]?.['Tactics'], 'Execution, Persistence, Privilege Escalation');
  });

  it('calls a scan of low severity suspected, on each side of the line', async () => {
    assert.deepEqual(found(await map({ scans: [{ ...scan, Score: 65 }] })), [['T1046', 'confirmed', 65]]);
    assert.deepEqual(found(await map({ scans: [{ ...scan, Score: 64 }] })), [['T1046', 'suspected', 64]]);
  });

  it('counts ranked processes from the minimum score', async () => {
    const at = async (Score: number, args: object = {}): Promise<number> =>
      (await map({ suspects: [{ ...script, Score }] }, args)).length;
    assert.equal(await at(50), 2);
    assert.equal(await at(49), 0);
    assert.equal(await at(49, { minimum: 49 }), 2);
  });

  it('does not map what looks alike', async () => {
    const innocent: readonly Row[] = [
      { FileName: 'notepad.exe', ProcessCommandLine: 'notepad.exe powershell.txt' },
      { FileName: 'schtasks.exe', ProcessCommandLine: 'schtasks.exe /query' },
      { FileName: 'net.exe', ProcessCommandLine: 'net.exe use' },
      {
        FileName: 'svchost.exe',
        ProcessCommandLine: 'svchost.exe -k netsvcs -s Schedule',
        InitiatingProcessFileName: 'services.exe',
      },
      {
        FileName: 'a.exe',
        InitiatingProcessFileName: 'svchost.exe',
        InitiatingProcessCommandLine: 'svchost.exe -s ScheduleX',
      },
    ];
    assert.deepEqual(
      await map({
        suspects: innocent.map((row) => ({ ...script, InitiatingProcessFileName: 'explorer.exe', ...row })),
      }),
      [],
    );
  });

  it('counts a row once that two rules of one technique name, and lets the surer rule speak', async () => {
    const row = {
      ...script,
      FileName: 'schtasks.exe',
      ProcessCommandLine: 'schtasks.exe /create /tn x /tr y',
    };
    const [task] = await map({ suspects: [row] });
    assert.deepEqual(
      [task?.['Technique'], task?.['Status'], task?.['Confidence'], task?.['EvidenceRows']],
      ['T1053.005', 'confirmed', 95, 1],
    );
  });

  describe('techniques that the hunter adds', () => {
    it('resolves a revoked id and says so', async () => {
      const [row] = await map({}, { also: [{ technique: 'T1086', status: 'confirmed' }] });
      assert.equal(row?.['Technique'], 'T1059.001');
      assert.equal(row['Note'], 'T1086 is revoked by T1059.001 PowerShell');
      assert.equal(row['Evidence'], "the hunter's judgement");
      assert.deepEqual(
        [row['Status'], row['Confidence'], row['EvidenceRows'], row['FirstSeen']],
        ['confirmed', 90, 0, null],
      );
    });

    it('keeps suspected and potential marked, whatever the log shows', async () => {
      const also = [
        { technique: 't1046', status: 'suspected' },
        { technique: 'T1485', status: 'potential', note: 'nothing deleted yet' },
        { technique: 'T1053' },
      ];
      const rows = await map({ scans: [scan] }, { also });
      assert.deepEqual(found(rows), [
        ['T1053', 'suspected', 50],
        ['T1046', 'suspected', 50],
        ['T1485', 'potential', 25],
      ]);
      assert.deepEqual(
        rows.map((row) => row['Note']),
        ['', 'the log alone says confirmed', 'nothing deleted yet'],
      );
      assert.equal(rows[1]?.['EvidenceRows'], 1);
    });

    it('joins two ids of one technique', async () => {
      const also = [
        { technique: 'T1086', status: 'suspected', note: 'a' },
        { technique: 'T1059.001', status: 'confirmed', note: 'b' },
      ];
      const rows = await map({ suspects: [script] }, { also });
      const row = rows.find((candidate) => candidate['Technique'] === 'T1059.001');
      assert.deepEqual(
        [row?.['Status'], row?.['Note']],
        ['confirmed', 'T1086 is revoked by T1059.001 PowerShell; a; b'],
      );
    });

    it('passes hostile text through as text', async () => {
      const note = `"]; drop table Scans; //' \\ \n${String.fromCharCode(7)}`;
      const [row] = await map({}, { also: [{ technique: 'T1046', note }] });
      assert.equal(row?.['Note'], note);
    });

    it('refuses an unknown id at its place, with close ones', async () => {
      await assert.rejects(
        bench.kqlOf(mapTtpsStep, { also: [{ technique: 'T1046' }, { technique: 'T10466' }] }),
        (error) => {
          assert.ok(error instanceof StepError);
          assert.deepEqual(error.path, ['also', 1, 'technique']);
          assert.match(error.message, /no technique "T10466"\. Did you mean T1046/);
          return true;
        },
      );
    });
  });

  it('gives nothing for empty tables', async () => {
    assert.deepEqual(await map({}), []);
  });

  it('does not depend on the order of the rows', async () => {
    const suspects = [1, 2, 3, 4, 5].map((Rank) => ({
      ...script,
      Rank,
      ProcessCommandLine: `powershell.exe -File ${Rank}.ps1`,
    }));
    const scans = [scan, { ...scan, Source: '10.0.0.6', Score: 55 }];
    const expected = await map({ scans, suspects });
    assert.match(JSON.stringify(expected[1]?.['Evidence']), /1\.ps1 \| .*2\.ps1 \| .*3\.ps1 \| \.\.\."$/);
    assert.deepEqual(await map({ scans: [...scans].reverse(), suspects: [...suspects].reverse() }), expected);
  });

  it('names only techniques in force, confirmed rules before suspected ones', () => {
    for (const { technique } of rules) {
      const entry = techniques.get(technique);
      assert.ok(entry && entry.revokedBy === undefined && !entry.isDeprecated, technique);
      const order = rules.filter((rule) => rule.technique === technique).map((rule) => rule.status);
      assert.deepEqual(order, [...order].sort(), technique);
    }
  });

  it('names missing tables, tables that no rule can read, and nothing to do', async () => {
    await bench.table('Ports', { Port: 'long' }, []);
    const fails = (args: object, path: readonly unknown[], message: RegExp): Promise<void> =>
      assert.rejects(bench.kqlOf(mapTtpsStep, args), (error) => {
        assert.ok(error instanceof StepError);
        assert.match(error.message, message);
        assert.deepEqual(error.path, path);
        return true;
      });
    // Tables of earlier tests stay; the names here are this test's own.
    await fails({ from: ['PortList'] }, ['from', 0], /no table "PortList"/);
    await fails(
      { from: 'Ports' },
      ['from', 0],
      /No rule can read Ports: it has Port; the rules read \(Kind, Source/,
    );
    await fails({}, [], /Name tables with evidence/);
  });

  it('takes techniques that rows name themselves', async () => {
    const columns: Columns = {
      TimeGenerated: 'datetime',
      Title: 'string',
      Level: 'string',
      Techniques: 'dynamic',
    };
    const alert = { TimeGenerated: '2025-05-07T12:00:00Z', Title: 'Dump of LSASS', Level: 'high' };
    await bench.table('Alerts', columns, [
      { ...alert, Techniques: ['T1003.001', 't1003.001', 'T9999'] },
      { ...alert, TimeGenerated: '2025-05-07T13:00:00Z', Techniques: ['T1003.001'] },
      { ...alert, Title: 'Defender off', Level: 'odd', Techniques: ['T1089', 'attack.execution'] },
      { ...alert, Techniques: null },
    ]);
    const rows = await bench.run(mapTtpsStep, { from: 'Alerts' });
    assert.deepEqual(found(rows), [
      ['T1685', 'suspected', 60],
      ['T1003.001', 'suspected', 80],
    ]);
    const [, dump] = rows;
    assert.equal(dump?.['EvidenceRows'], 2);
    assert.equal(dump['Evidence'], 'Alerts: Dump of LSASS');
    assert.deepEqual(
      [dump['FirstSeen'], dump['LastSeen']],
      ['2025-05-07T12:00:00.0000000Z', '2025-05-07T13:00:00.0000000Z'],
    );
  });

  it('reads techniques in the texts of alerts', async () => {
    await bench.table('AlertInfo', { Title: 'string', AttackTechniques: 'string' }, [
      { Title: 'Script', AttackTechniques: '["PowerShell (T1059.001)","Masquerading (T1036)"]' },
    ]);
    const rows = await bench.run(mapTtpsStep, { from: 'AlertInfo' });
    assert.deepEqual(
      rows.map((row) => row['Technique']),
      ['T1059.001', 'T1036'],
    );
  });

  describe('with rules of a team', () => {
    const withRules = async (yaml: string, args: object = {}): Promise<readonly Row[]> => {
      await writeFile(join(bench.folder, 'ttps.yaml'), yaml);
      return map(
        { suspects: [{ ...script, FileName: 'rclone.exe', ProcessCommandLine: 'rclone copy d: x:' }] },
        {
          rules: 'ttps.yaml',
          ...args,
        },
      );
    };
    const rclone = `- technique: T1567.002
  when: FileName =~ "rclone.exe" and ProcessCommandLine has "copy" // to a cloud
  columns: [FileName, ProcessCommandLine]
  about: files were copied to cloud storage
`;

    it('adds what they find to what the built-in rules find', async () => {
      const [row, ...others] = await withRules(`${rclone}  status: confirmed\n  confidence: 77\n`);
      assert.deepEqual(
        others.map((other) => other['Technique']),
        ['T1567.002'],
      );
      assert.equal(row?.['Technique'], 'T1053.005');
      const [found] = others;
      assert.equal(found?.['Status'], 'confirmed');
      assert.equal(found['Confidence'], 77);
      assert.equal(found['Evidence'], 'Suspects: rclone.exe, rclone copy d: x:');
      assert.equal(found['Name'], 'Exfiltration Over Web Service: Exfiltration to Cloud Storage');
    });

    it('takes a replaced id for its replacement', async () => {
      const rows = await withRules(rclone.replace('T1567.002', 'T1562.001'));
      assert.ok(rows.some((row) => row['Technique'] === 'T1685'));
    });

    for (const [what, yaml, message] of [
      ['no list', 'technique: T1046', /ttps\.yaml, line 1: .*list/],
      ['broken YAML', `${rclone}\t- x`, /ttps\.yaml, line 5: this is not valid YAML/],
      ['a misspelt key', rclone.replace('when', 'where'), /line 1: /],
      [
        'an unknown technique',
        rclone.replace('T1567.002', 'T15670'),
        /line 1: .*T15670.*Did you mean T1560, T1567/,
      ],
      ['a bracket too many', rclone.replace(' //', ') //'), /line 2: `when` closes/],
      ['an open text', rclone.replace('"copy"', '"copy'), /line 2: `when` opens a text/],
      ['a second statement', rclone.replace(' //', '; Secrets //'), /line 2: `when` holds a `;`/],
      ['a bracket too few', rclone.replace('FileName =~', '(FileName =~'), /line 2: `when` does not close/],
    ] as const) {
      it(`refuses a file with ${what}, by its line`, async () => {
        await assert.rejects(withRules(yaml), (error) => {
          assert.ok(error instanceof StepError);
          assert.deepEqual(error.path, ['rules']);
          assert.match(error.message, message);
          return true;
        });
      });
    }

    it('reads no file outside the folder unasked', async () => {
      await assert.rejects(map({}, { rules: '/etc/hosts' }), { code: 'path-not-allowed', path: ['rules'] });
      await assert.rejects(map({}, { rules: ['no.yaml'] }), { code: 'missing-file', path: ['rules', 0] });
    });
  });

  describe('with coverage and a layer', () => {
    const statuses = (rows: readonly Row[]) =>
      new Map(
        rows.map(({ Technique, Status, Confidence }) => [
          Technique,
          `${typeof Status === 'string' ? Status : ''} ${Number(Confidence)}`,
        ]),
      );

    it('gives a row to what was looked for and not found', async () => {
      const rows = await map({ scans: [scan] }, { coverage: true });
      const byId = statuses(rows);
      assert.equal(byId.get('T1046'), 'confirmed 97');
      assert.equal(byId.get('T1059.001'), 'not found 0');
      const row = rows.find(({ Technique }) => Technique === 'T1059.001');
      assert.equal(row?.['Evidence'], 'looked for in Suspects: PowerShell ran');
      assert.equal(byId.has('T1110'), false);
    });

    it('says what nobody looked for of a layer', async () => {
      const layer = {
        name: 'APT',
        domain: 'enterprise-attack',
        techniques: [
          { techniqueID: 'T1110', comment: 'seen in 2024', score: 1 },
          { techniqueID: 'T1086', score: 1 },
          { techniqueID: 'T1046', score: 1 },
          { techniqueID: 'T9999', score: 1 },
        ],
      };
      await writeFile(join(bench.folder, 'apt.json'), JSON.stringify(layer));
      const rows = await map({ scans: [scan] }, { layer: 'apt.json', also: [{ technique: 'T1059.001' }] });
      assert.deepEqual(
        [...statuses(rows)],
        [
          ['T1059.001', 'suspected 50'],
          ['T1110', 'not looked for 0'],
          ['T1046', 'confirmed 97'],
        ],
      );
      assert.deepEqual(
        rows.map((row) => row['Note']),
        ['in APT', 'in APT: seen in 2024', 'in APT'],
      );
    });

    it('says why a file is no layer', async () => {
      await writeFile(join(bench.folder, 'apt.json'), '{"domain":"ics-attack"}');
      await assert.rejects(map({}, { layer: 'apt.json' }), { path: ['layer'], message: /ics-attack/ });
    });
  });
});
