import assert from 'node:assert/strict';
import { correlateProcessesStep } from '../../src/steps/correlateProcesses.ts';
import { evidence } from '../../src/steps/correlateProcesses/evidence.ts';
import { StepError } from '../../src/steps/step.ts';
import { openWorkbench } from './support/workbench.ts';
import type { Columns, Row, Workbench } from './support/workbench.ts';

const scanColumns: Columns = {
  Source: 'string',
  DeviceName: 'string',
  FirstSeen: 'datetime',
  LastSeen: 'datetime',
};
const processColumns: Columns = {
  Timestamp: 'datetime',
  DeviceName: 'string',
  FileName: 'string',
  ProcessId: 'long',
  ProcessCommandLine: 'string',
  AccountName: 'string',
  InitiatingProcessFileName: 'string',
  InitiatingProcessCommandLine: 'string',
};
const connectionColumns: Columns = {
  Timestamp: 'datetime',
  DeviceName: 'string',
  ActionType: 'string',
  LocalIP: 'string',
  InitiatingProcessFileName: 'string',
  InitiatingProcessId: 'long',
  InitiatingProcessCommandLine: 'string',
  InitiatingProcessAccountName: 'string',
  InitiatingProcessCreationTime: 'datetime',
};

const scan = {
  Source: '10.0.0.5',
  DeviceName: 'target',
  FirstSeen: '2025-05-07T12:37:46Z',
  LastSeen: '2025-05-07T12:40:00Z',
};

/** A process that started so many seconds before the scan (negative: after). */
function process(secondsBefore: number, row: Row): Row {
  const at = new Date(Date.parse(scan.FirstSeen) - secondsBefore * 1000).toISOString();
  return { Timestamp: at, DeviceName: 'target', AccountName: 'alice', ...row };
}

function opened(count: number, row: Row): Row[] {
  return Array.from({ length: count }, (_, index) => ({
    Timestamp: new Date(Date.parse(scan.FirstSeen) + index * 500).toISOString(),
    DeviceName: 'target',
    ActionType: 'ConnectionFailed',
    LocalIP: '10.0.0.5',
    ...row,
  }));
}

const portscan = process(4, {
  FileName: 'powershell.exe',
  ProcessId: 4242,
  ProcessCommandLine: 'powershell.exe -ExecutionPolicy Bypass -File C:\\programdata\\portscan.ps1',
  AccountName: 'system',
  InitiatingProcessFileName: 'cmd.exe',
});
const agent = process(260, {
  FileName: 'powershell.exe',
  ProcessId: 777,
  ProcessCommandLine:
    'powershell.exe -NoProfile -ExecutionPolicy Bypass -File C:\\Windows\\CCM\\SystemTemp\\inventory.ps1',
  AccountName: 'SYSTEM',
  InitiatingProcessFileName: 'CcmExec.exe',
});
const administrator = process(45, {
  FileName: 'powershell.exe',
  ProcessId: 555,
  ProcessCommandLine: 'powershell.exe -NoLogo -Command "Get-Service"',
  AccountName: 'adm-hartmann',
  InitiatingProcessFileName: 'explorer.exe',
});
const browser = process(30, { FileName: 'chrome.exe', ProcessId: 31, ProcessCommandLine: 'chrome.exe' });

describe('correlate-processes', () => {
  let bench: Workbench;
  before(async () => (bench = await openWorkbench()));
  after(() => bench.dispose());

  const suspects = async (
    tables: {
      readonly scans?: readonly Row[];
      readonly processes: readonly Row[];
      readonly connections?: readonly Row[];
    },
    args: object = {},
  ): Promise<readonly Row[]> => {
    await bench.table('Scans', scanColumns, tables.scans ?? [scan]);
    await bench.table('DeviceProcessEvents', processColumns, tables.processes);
    await bench.table('DeviceNetworkEvents', connectionColumns, tables.connections ?? []);
    return bench.run(correlateProcessesStep, { with: 'Scans', ...args });
  };
  const ids = (rows: readonly Row[]): unknown[] => rows.map((row) => row['ProcessId']);

  it('has weights that add up to 100', () => {
    assert.equal(
      evidence.reduce((sum, { maxPoints }) => sum + maxPoints, 0),
      100,
    );
  });

  it('ranks the scanning script first, the agent and the administrator clearly lower, and gives its reasons', async () => {
    const rows = await suspects({
      processes: [browser, agent, administrator, portscan],
      connections: [
        ...opened(190, { InitiatingProcessId: 4242, InitiatingProcessFileName: 'powershell.exe' }),
        ...opened(10, { InitiatingProcessId: 31, InitiatingProcessFileName: 'chrome.exe' }),
      ],
    });
    assert.deepEqual(
      rows.map((row) => row['Rank']),
      [1, 2, 3, 4],
    );
    const [first, second] = rows;
    assert.equal(first?.['ProcessId'], 4242);
    assert.equal(first['Score'], 98);
    assert.equal(first['Severity'], 'high');
    assert.equal(first['SecondsBefore'], 4);
    assert.equal(first['ConnectionsOpened'], 190);
    assert.equal(first['EventSource'], '10.0.0.5');
    assert.equal(
      first['Reasons'],
      "opened 190 of the device's 200 connections in that time (+33); started 4.0 s before the first connection (+20); " +
        'powershell.exe is a script host (+10); runs the script portscan.ps1 (+10); ' +
        'the script lies in a folder that users can write to (+5); runs as SYSTEM (+8); ' +
        'bypasses the execution policy (+7); its command line speaks of scanning (+5)',
    );
    assert.ok(Number(second?.['Score']) <= 45, `second scores ${JSON.stringify(second?.['Score'])}`);
    assert.equal(second?.['ProcessId'], 777);
  });

  it('ranks the script first without a network log too', async () => {
    const rows = await suspects({ processes: [browser, agent, administrator, portscan] }, { network: null });
    assert.equal(rows[0]?.['ProcessId'], 4242);
    assert.ok(Number(rows[0]['Score']) - Number(rows[1]?.['Score']) >= 20);
  });

  it('takes what starts within the time on either side, and nothing beyond', async () => {
    const started = (id: number, secondsBefore: number): Row =>
      process(secondsBefore, { FileName: 'a.exe', ProcessId: id });
    const processes = [started(1, 600), started(2, 600.001), started(3, -600), started(4, -600.001)];
    assert.deepEqual(ids(await suspects({ processes })), [1, 3]);
    assert.deepEqual(ids(await suspects({ processes }, { within: '1m' })), []);
  });

  it('scores the time on each side of its steps', async () => {
    const leads = [10, 10.001, 60, 60.001, 300, 300.001, -0.001];
    const processes = leads.map((lead, index) => process(lead, { FileName: 'a.exe', ProcessId: index }));
    const scores = new Map((await suspects({ processes })).map((row) => [row['ProcessId'], row['Score']]));
    assert.deepEqual(
      leads.map((_, index) => scores.get(index)),
      [20, 15, 15, 8, 8, 2, 0],
    );
  });

  it('looks at no other device, whatever the letter case of its name', async () => {
    const rows = await suspects({
      processes: [
        { ...portscan, DeviceName: 'other' },
        { ...agent, DeviceName: 'TARGET' },
      ],
    });
    assert.deepEqual(ids(rows), [777]);
  });

  it('does not take a process for another that had the same id', async () => {
    const rows = await suspects({
      processes: [{ ...browser, ProcessId: 4242 }, portscan],
      connections: opened(20, { InitiatingProcessId: 4242, InitiatingProcessFileName: 'powershell.exe' }),
    });
    assert.deepEqual(
      rows.map((row) => [row['FileName'], row['ConnectionsOpened']]),
      [
        ['powershell.exe', 20],
        ['chrome.exe', 0],
      ],
    );
  });

  it('lists a process that started long before when the network log names it', async () => {
    const rows = await suspects({
      processes: [browser],
      connections: opened(20, {
        InitiatingProcessId: 99,
        InitiatingProcessFileName: 'python.exe',
        InitiatingProcessCommandLine: 'python.exe scan.py',
        InitiatingProcessCreationTime: '2025-05-07T08:00:00Z',
      }),
    });
    assert.equal(rows[0]?.['ProcessId'], 99);
    assert.equal(rows[0]['DeviceName'], 'target');
    assert.match(
      JSON.stringify(rows[0]['Reasons']),
      /opened 20 of the device's 20 .*known only from the network log/,
    );
  });

  it('knows service accounts, encoded commands and hidden windows', async () => {
    const rows = await suspects({
      processes: [
        process(-5, { ProcessId: 1, FileName: 'a.exe', AccountName: 'TARGET$' }),
        process(-5, { ProcessId: 2, FileName: 'a.exe', AccountName: 'nt authority\\network service' }),
        process(-5, { ProcessId: 3, FileName: 'a.exe', AccountName: 'svc-backup' }),
        process(-5, { ProcessId: 4, FileName: 'a.exe', AccountName: 'systemadmin' }),
        process(-5, {
          ProcessId: 5,
          FileName: 'powershell.exe',
          ProcessCommandLine: 'powershell -enc SQBFAFgAIAAoAE4AZQB3AA==',
        }),
        process(-5, {
          ProcessId: 6,
          FileName: 'powershell.exe',
          ProcessCommandLine: 'powershell -w hidden -c Get-Date',
        }),
        process(-5, {
          ProcessId: 7,
          FileName: 'powershell.exe',
          ProcessCommandLine: 'powershell -encoding utf8',
        }),
      ],
    });
    const scores = new Map(rows.map((row) => [row['ProcessId'], row['Score']]));
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6, 7].map((id) => scores.get(id)),
      [8, 8, 8, 0, 17, 17, 10],
    );
  });

  it('ranks for each scan and cuts at `top`', async () => {
    const later = { ...scan, FirstSeen: '2025-05-07T15:00:00Z', LastSeen: '2025-05-07T15:01:00Z' };
    const processes = [portscan, browser, { ...portscan, ProcessId: 8, Timestamp: '2025-05-07T14:59:50Z' }];
    const rows = await suspects({ scans: [later, scan], processes }, { top: 1 });
    assert.deepEqual(
      rows.map((row) => [row['EventStart'], row['Rank'], row['ProcessId']]),
      [
        ['2025-05-07T12:37:46.0000000Z', 1, 4242],
        ['2025-05-07T15:00:00.0000000Z', 1, 8],
      ],
    );
  });

  it('finds nothing when there is no scan or no process', async () => {
    assert.deepEqual(await suspects({ scans: [], processes: [portscan] }), []);
    assert.deepEqual(await suspects({ processes: [] }), []);
  });

  it('does not depend on the order of the rows', async () => {
    const processes = [
      browser,
      agent,
      administrator,
      portscan,
      { ...browser, ProcessId: 32 },
      { ...browser, ProcessId: 30 },
    ];
    const connections = [
      ...opened(30, { InitiatingProcessId: 4242, InitiatingProcessFileName: 'powershell.exe' }),
      ...opened(30, { InitiatingProcessId: 31, InitiatingProcessFileName: 'chrome.exe' }),
    ];
    const expected = await suspects({ processes, connections });
    assert.deepEqual(
      await suspects({ processes: [...processes].reverse(), connections: [...connections].reverse() }),
      expected,
    );
  });

  it('takes any table with a device and a time', async () => {
    await bench.table('DeviceProcessEvents', processColumns, [portscan]);
    await bench.table('Alerts', { Computer: 'string', Raised: 'datetime' }, [
      { Computer: 'target', Raised: '2025-05-07T12:38:00Z' },
    ]);
    assert.deepEqual(ids(await bench.run(correlateProcessesStep, { with: 'Alerts', network: null })), [4242]);
  });

  describe('what is missing', () => {
    const column = (name: string) => ({
      name,
      type: /Time|Seen/.test(name) ? ('datetime' as const) : ('string' as const),
    });
    const fails = (
      tables: Readonly<Record<string, string>>,
      args: object,
      path: readonly unknown[],
      message: RegExp,
    ): void => {
      const schema = {
        tables: Object.entries(tables).map(([name, columns]) => ({
          name,
          columns: columns.split(' ').map(column),
        })),
      };
      const parsed = correlateProcessesStep.arguments.parse({ with: 'Scans', ...args });
      assert.throws(
        () => correlateProcessesStep.compile(parsed, { schema }),
        (error) => {
          assert.ok(error instanceof StepError);
          assert.match(error.message, message);
          assert.deepEqual(error.path, path);
          return true;
        },
      );
    };
    const processes = 'Timestamp DeviceName FileName ProcessCommandLine';

    it('names the table and the close one', () => {
      fails(
        { Scan: 'DeviceName FirstSeen', DeviceProcessEvents: processes },
        {},
        ['with'],
        /no table "Scans"\. Did you mean "Scan"\?/,
      );
      fails({ Scans: 'DeviceName FirstSeen' }, {}, ['processes'], /no table "DeviceProcessEvents"/);
    });

    it('names the column that it needs', () => {
      fails(
        { Scans: 'DeviceNam FirstSeen', DeviceProcessEvents: processes },
        {},
        ['with'],
        /no column "DeviceName" .*Did you mean "DeviceNam"\?/,
      );
      fails(
        { Scans: 'DeviceName First', DeviceProcessEvents: processes },
        {},
        ['with'],
        /no column "FirstSeen"/,
      );
      fails(
        { Scans: 'DeviceName FirstSeen', DeviceProcessEvents: 'Timestamp DeviceName FileName' },
        {},
        ['processes'],
        /no column "ProcessCommandLine"/,
      );
      fails(
        { Scans: 'DeviceName FirstSeen', DeviceProcessEvents: processes },
        { columns: { time: 'DeviceName' } },
        ['columns', 'time'],
        /must be datetime/,
      );
    });
  });
});
