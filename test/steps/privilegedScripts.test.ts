import assert from 'node:assert/strict';
import { privilegedScriptsStep } from '../../src/steps/privilegedScripts.ts';
import { StepError } from '../../src/steps/step.ts';
import { openWorkbench } from './support/workbench.ts';
import type { Columns, Row, Workbench } from './support/workbench.ts';

const columns: Columns = {
  Timestamp: 'datetime',
  DeviceName: 'string',
  FileName: 'string',
  ProcessCommandLine: 'string',
  AccountName: 'string',
  AccountDomain: 'string',
  AccountSid: 'string',
  ProcessTokenElevation: 'string',
  ProcessVersionInfoOriginalFileName: 'string',
  InitiatingProcessFileName: 'string',
};

const start = Date.parse('2025-05-01T08:00:00Z');
const at = (day: number, minute = 0): string =>
  new Date(start + day * 86_400_000 + minute * 60_000).toISOString();
const pc = (number: number): string => `pc-${String(number).padStart(2, '0')}`;
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const system = { AccountName: 'SYSTEM', AccountDomain: 'NT AUTHORITY', AccountSid: 'S-1-5-18' };

function script(row: Row): Row {
  return {
    Timestamp: at(3, 17),
    DeviceName: pc(7),
    FileName: 'powershell.exe',
    ProcessCommandLine: 'powershell.exe -File C:\\ProgramData\\portscan.ps1',
    InitiatingProcessFileName: 'cmd.exe',
    ...system,
    ...row,
  };
}

/** A management agent: on every device, every day, with a new GUID in the path each time. */
function agent(devices: number, days: number): Row[] {
  return range(devices).flatMap((device) =>
    range(days).map((day) =>
      script({
        Timestamp: at(day, device),
        DeviceName: pc(device),
        ProcessCommandLine: `powershell.exe -ExecutionPolicy Bypass -File C:\\ProgramData\\Agent\\${guid(device, day)}\\check${day}.ps1`,
        InitiatingProcessFileName: 'agent.exe',
      }),
    ),
  );
}

function guid(a: number, b: number): string {
  const hex = (a * 4096 + b + 0x10000000).toString(16);
  return `${hex}-a3f1-4b0c-9d2e-${hex}${hex.slice(0, 4)}`;
}

describe('privileged-scripts', function () {
  this.timeout(90_000);
  let bench: Workbench;
  before(async () => {
    bench = await openWorkbench();
  });
  after(() => bench.dispose());

  async function listed(rows: readonly Row[], args: object = {}): Promise<readonly Row[]> {
    await bench.table('DeviceProcessEvents', columns, rows);
    return bench.run(privilegedScriptsStep, args);
  }
  const commands = (rows: readonly Row[]): unknown[] => rows.map((row) => row['ProcessCommandLine']);

  it('lists the one script among the runs of an agent that is everywhere every day', async () => {
    const rows = await listed([...agent(10, 6), script({})]);
    assert.equal(rows.length, 1);
    const [found] = rows;
    assert.equal(found?.['Script'], 'C:\\ProgramData\\portscan.ps1');
    assert.equal(found['Rarity'], 100);
    assert.equal(found['Severity'], 'high');
    assert.deepEqual(
      [found['Devices'], found['Days'], found['Runs'], found['CommonScripts'], found['DeviceName']],
      [1, 1, 1, 1, 'pc-07'],
    );
    assert.equal(
      found['Reasons'],
      'on 1 of 10 devices, 1 of 6 days, 1 of 61 runs; cmd.exe started powershell.exe 1 time; the script lies in a folder that users can write to',
    );
  });

  it('counts the agent as one script, whatever numbers its command lines hold, and lists it when asked', async () => {
    const rows = await listed([...agent(10, 6), script({})], { minimum: 0 });
    assert.deepEqual(
      rows.map((row) => [row['ParentFileName'], row['Runs'], row['Rarity'], row['Rank']]),
      [
        ['cmd.exe', 1, 100, 1],
        ['agent.exe', 60, 0, 2],
      ],
    );
  });

  it('lists what reaches every device on one day only', async () => {
    const rollout = range(10).map((device) =>
      script({ Timestamp: at(4, 100 + device), DeviceName: pc(device) }),
    );
    const [found] = await listed([...agent(10, 6), ...rollout]);
    assert.deepEqual([found?.['Devices'], found?.['Days']], [10, 1]);
  });

  it('ranks by runs alone where there is one device and one day', async () => {
    const often = range(50).map((minute) =>
      script({ Timestamp: at(0, minute), DeviceName: 'only', InitiatingProcessFileName: 'agent.exe' }),
    );
    const once = script({
      Timestamp: at(0, 60),
      DeviceName: 'only',
      ProcessCommandLine: 'cscript.exe C:\\x.vbs',
      FileName: 'cscript.exe',
    });
    assert.deepEqual(commands(await listed([...often, once])), ['cscript.exe C:\\x.vbs']);
  });

  it('lists from the minimum on, and not below', async () => {
    const rows = [...agent(4, 2), ...range(2).map((device) => script({ DeviceName: pc(device) }))];
    const rarity = Number((await listed(rows))[0]?.['Rarity']);
    assert.ok(rarity > 15 && rarity < 100);
    assert.equal((await listed(rows, { minimum: rarity })).length, 1);
    assert.equal((await listed(rows, { minimum: rarity + 0.5 })).length, 0);
  });

  describe('which accounts', () => {
    const account = (AccountName: string, more: Row = {}): Row =>
      script({ AccountDomain: 'CORP', AccountSid: 'S-1-5-21-1-2-3-1104', AccountName, ...more });
    /** The reason for which each row's account is privileged; undefined where its script is not listed. */
    async function privileges(rows: readonly Row[], args: object = {}): Promise<readonly unknown[]> {
      const named = rows.map((row, index) => ({ ...row, ProcessCommandLine: `run-${letters[index]}.ps1` }));
      const found = await listed(named, { ...args, minimum: 0 });
      return named.map(
        (row) =>
          found.find(({ ProcessCommandLine }) => ProcessCommandLine === row.ProcessCommandLine)?.[
            'Privilege'
          ],
      );
    }
    const letters = 'abcdefghijklmnopqrstuvwxyz';

    it('knows service accounts by SID in any language and by name, administrators by RID, and machines', async () => {
      const rows = [
        account('Système', { AccountSid: 'S-1-5-18' }),
        account('LOCAL SERVICE', { AccountSid: '' }),
        account('x', { AccountSid: 'S-1-5-20' }),
        account('NT AUTHORITY\\SYSTEM', { AccountSid: '' }),
        account('renamed', { AccountSid: 'S-1-5-21-1-2-3-500' }),
        account('PC-07$'),
        account('alice', { ProcessTokenElevation: 'TokenElevationTypeFull' }),
      ];
      assert.deepEqual(await privileges(rows), [
        'SYSTEM',
        'LOCAL SERVICE',
        'NETWORK SERVICE',
        'SYSTEM',
        'built-in administrator',
        'machine account',
        'elevated',
      ]);
    });

    it('does not list the same script of a user, nor of accounts that only look alike', async () => {
      const rows = [
        account('alice'),
        account('systems'),
        account('x', { AccountSid: 'S-1-5-180' }),
        account('x', { AccountSid: 'S-1-5-21-1-2-3-1500' }),
        account('alice', { ProcessTokenElevation: 'TokenElevationTypeLimited' }),
      ];
      assert.deepEqual(
        await privileges(rows),
        rows.map(() => undefined),
      );
    });

    it('leaves elevated tokens out when told to', async () => {
      const elevated = account('alice', { ProcessTokenElevation: 'TokenElevationTypeFull' });
      assert.deepEqual(await privileges([elevated], { elevated: false }), [undefined]);
    });

    it('takes listed accounts by name, domain, SID and wildcard, as text', async () => {
      const rows = [
        account('Adm-Bob', { AccountSid: '' }),
        account('Adm-Bob', { AccountSid: '', AccountDomain: 'OTHER' }),
        account('x', { AccountSid: 'S-1-5-21-1-2-3-1104' }),
        account('admxeve', { AccountSid: '' }),
        account('admin', { AccountSid: '' }),
      ];
      const accountsOf = (...accounts: readonly string[]): Promise<readonly unknown[]> =>
        privileges(rows, { accounts });
      const listedAs = 'listed account';
      assert.deepEqual(await accountsOf('adm-bob'), [listedAs, listedAs, undefined, undefined, undefined]);
      assert.deepEqual(await accountsOf('corp\\ADM-*', '"; drop', 'S-1-5-21-1-2-3-1104'), [
        listedAs,
        undefined,
        listedAs,
        undefined,
        undefined,
      ]);
    });
  });

  it('lists script hosts, script files of any program, and renamed hosts, and no others', async () => {
    const rows: readonly Row[] = [
      { FileName: 'PowerShell.EXE', ProcessCommandLine: 'powershell' },
      { FileName: 'tool.exe', ProcessCommandLine: 'tool.exe /run c:\\a\\b.vbs' },
      {
        FileName: 'svch0st.exe',
        ProcessCommandLine: 'svch0st.exe -c whoami',
        ProcessVersionInfoOriginalFileName: 'PowerShell.EXE',
      },
      { FileName: 'notepad.exe', ProcessCommandLine: 'notepad.exe a.txt' },
      { FileName: 'svc.exe', ProcessCommandLine: 'svc.exe my.json a.batch x.python' },
    ];
    const found = commands(await listed(rows.map(script)));
    assert.deepEqual(
      rows.map(({ ProcessCommandLine }) => found.includes(ProcessCommandLine ?? null)),
      [true, true, true, false, false],
    );
  });

  it('finds the script file in quotes with spaces', async () => {
    const [row] = await listed([
      script({ ProcessCommandLine: 'powershell -File "C:\\My Tools\\port scan.ps1" -Fast' }),
    ]);
    assert.equal(row?.['Script'], 'C:\\My Tools\\port scan.ps1');
  });

  it('tells what it looked at, and when no row says who ran it', async () => {
    await bench.table('DeviceProcessEvents', columns, [
      script({ AccountName: '' }),
      script({ AccountName: '' }),
    ]);
    const args = privilegedScriptsStep.arguments.parse({});
    const [row] = await bench.query(
      privilegedScriptsStep.looked?.(args, { schema: bench.engine.schema() }) ?? '',
    );
    assert.deepEqual(
      [row?.['Table'], row?.['Rows'], row?.['Cannot']],
      ['DeviceProcessEvents', 2, 'AccountName is empty in every row'],
    );
  });

  it('finds nothing in an empty table', async () => {
    assert.deepEqual(await listed([]), []);
  });

  it('does not depend on the order of the rows', async () => {
    const rows = [...agent(5, 3), script({}), script({ DeviceName: pc(2), Timestamp: at(3, 18) })];
    const expected = await listed(rows, { minimum: 0 });
    assert.deepEqual(await listed([...rows].reverse(), { minimum: 0 }), expected);
  });

  it('reads the names of SecurityEvent', async () => {
    await bench.table(
      'SecurityEvent',
      {
        TimeGenerated: 'datetime',
        Computer: 'string',
        NewProcessName: 'string',
        CommandLine: 'string',
        SubjectUserSid: 'string',
        ParentProcessName: 'string',
      },
      [
        {
          TimeGenerated: at(0),
          Computer: 'srv',
          NewProcessName: 'C:\\Windows\\System32\\cscript.exe',
          CommandLine: 'cscript.exe a.vbs',
          SubjectUserSid: 'S-1-5-18',
          ParentProcessName: 'C:\\Windows\\System32\\services.exe',
        },
      ],
    );
    const [row] = await bench.run(privilegedScriptsStep, { in: 'SecurityEvent' });
    assert.deepEqual([row?.['FileName'], row?.['ParentFileName']], ['cscript.exe', 'services.exe']);
  });

  it('says which column is missing', () => {
    const compile = (names: readonly string[]) => () =>
      privilegedScriptsStep.compile(privilegedScriptsStep.arguments.parse({}), {
        schema: {
          tables: [
            {
              name: 'DeviceProcessEvents',
              columns: names.map((name) => ({ name, type: name === 'Timestamp' ? 'datetime' : 'string' })),
            },
          ],
        },
      });
    const all = ['Timestamp', 'DeviceName', 'FileName', 'ProcessCommandLine', 'AccountName'];
    assert.ok(compile(all)().includes('_Patterns'));
    for (const name of all) {
      assert.throws(
        compile(all.filter((one) => one !== name)),
        (error) =>
          error instanceof StepError && error.message.includes(`"${name}"`) && error.path[0] === 'in',
      );
    }
  });
});
