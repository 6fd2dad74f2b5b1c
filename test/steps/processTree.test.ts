import assert from 'node:assert/strict';
import { processTreeOf, type TreeNode } from '../../src/report/processTree.ts';
import { processTreeStep } from '../../src/steps/processTree.ts';
import { StepError } from '../../src/steps/step.ts';
import { openWorkbench } from './support/workbench.ts';
import type { Columns, Row, Workbench } from './support/workbench.ts';

const processColumns: Columns = {
  Timestamp: 'datetime',
  DeviceName: 'string',
  ProcessId: 'long',
  ProcessCreationTime: 'datetime',
  FileName: 'string',
  ProcessCommandLine: 'string',
  AccountName: 'string',
  InitiatingProcessId: 'long',
  InitiatingProcessCreationTime: 'datetime',
  InitiatingProcessFileName: 'string',
  InitiatingProcessCommandLine: 'string',
  InitiatingProcessAccountName: 'string',
  InitiatingProcessParentId: 'long',
  InitiatingProcessParentCreationTime: 'datetime',
  InitiatingProcessParentFileName: 'string',
};
const suspectColumns: Columns = {
  Rank: 'long',
  DeviceName: 'string',
  ProcessId: 'long',
  Timestamp: 'datetime',
};
const networkColumns: Columns = {
  Timestamp: 'datetime',
  DeviceName: 'string',
  ActionType: 'string',
  RemoteIP: 'string',
  RemotePort: 'int',
  InitiatingProcessId: 'long',
  InitiatingProcessCreationTime: 'datetime',
};

const at = (seconds: number): string =>
  new Date(Date.UTC(2025, 4, 7, 12, 0, 0) + seconds * 1000).toISOString().replace('Z', '0000Z');

/** A process with an id, created at a second, started by another. */
const started = (name: string, id: number, second: number, by?: readonly [string, number, number]): Row => ({
  Timestamp: at(second),
  DeviceName: 'PC1',
  ProcessId: id,
  ProcessCreationTime: at(second),
  FileName: name,
  ProcessCommandLine: `${name} /x`,
  AccountName: 'eve',
  ...(by && {
    InitiatingProcessFileName: by[0],
    InitiatingProcessId: by[1],
    InitiatingProcessCreationTime: at(by[2]),
    InitiatingProcessAccountName: 'eve',
    InitiatingProcessParentId: 4,
    InitiatingProcessParentCreationTime: at(-100),
    InitiatingProcessParentFileName: 'services.exe',
  }),
});

const word = ['winword.exe', 50, -10] as const;
const shell = ['powershell.exe', 100, 5] as const;
const tree: readonly Row[] = [
  started('powershell.exe', 100, 5, word),
  started('whoami.exe', 200, 6, shell),
  started('cmd.exe', 201, 7, shell),
  started('net.exe', 300, 8, ['cmd.exe', 201, 7]),
  // The same id again, later: another process with children of its own.
  started('calc.exe', 100, 500, ['explorer.exe', 60, -50]),
  started('notepad.exe', 400, 501, ['calc.exe', 100, 500]),
  { ...started('whoami.exe', 200, 6, shell), DeviceName: 'PC2' },
];
const suspect: Row = { Rank: 1, DeviceName: 'pc1', ProcessId: 100, Timestamp: at(5) };

describe('process-tree', function () {
  this.timeout(60_000);
  let bench: Workbench;
  before(async () => {
    bench = await openWorkbench();
    await bench.table('DeviceProcessEvents', processColumns, tree);
    await bench.table('Suspects', suspectColumns, [
      { Rank: 2, DeviceName: 'PC1', ProcessId: 100, Timestamp: at(500) },
      suspect,
    ]);
  });
  after(() => bench.dispose());

  const levels = (rows: readonly Row[]): unknown[][] => rows.map((row) => [row['Level'], row['Node']]);

  it('goes up to what the log only names, and down to the last child', async () => {
    assert.deepEqual(levels(await bench.run(processTreeStep, { of: 'Suspects' })), [
      [-2, 'services.exe (4)'],
      [-1, 'winword.exe (50)'],
      [0, 'powershell.exe (100)'],
      [1, 'whoami.exe (200)'],
      [1, 'cmd.exe (201)'],
      [2, 'net.exe (300)'],
    ]);
  });

  it('tells two processes with one id apart by their time', async () => {
    const nodes = levels(await bench.run(processTreeStep, { of: 'Suspects', rank: 2 }));
    assert.deepEqual(nodes, [
      [-2, 'services.exe (4)'],
      [-1, 'explorer.exe (60)'],
      [0, 'calc.exe (100)'],
      [1, 'notepad.exe (400)'],
    ]);
  });

  it('keeps to the levels asked for', async () => {
    const nodes = levels(await bench.run(processTreeStep, { of: 'Suspects', up: 1, down: 1 }));
    assert.deepEqual(
      nodes.map(([level]) => level),
      [-1, 0, 1, 1],
    );
  });

  it('finds the parent by the last process of its id where no time of creation is said', async () => {
    const unsaid = tree.map((row) => ({ ...row, InitiatingProcessCreationTime: null }));
    await bench.table('Unsaid', processColumns, unsaid);
    const nodes = levels(await bench.run(processTreeStep, { of: 'Suspects', in: 'Unsaid' }));
    assert.deepEqual(nodes.slice(-4), [
      [0, 'powershell.exe (100)'],
      [1, 'whoami.exe (200)'],
      [1, 'cmd.exe (201)'],
      [2, 'net.exe (300)'],
    ]);
    assert.ok(!JSON.stringify(nodes).includes('notepad'));
  });

  it('shows what the process did, equal events counted and the rest numbered', async () => {
    const connection = (second: number, port: number, id: number, created: number): Row => ({
      Timestamp: at(second),
      DeviceName: 'PC1',
      ActionType: 'ConnectionFailed',
      RemoteIP: '10.0.0.9',
      RemotePort: port,
      InitiatingProcessId: id,
      InitiatingProcessCreationTime: at(created),
    });
    await bench.table('DeviceNetworkEvents', networkColumns, [
      connection(20, 22, 100, 5),
      connection(21, 22, 100, 5),
      connection(22, 23, 100, 5),
      connection(23, 80, 100, 5),
      connection(600, 443, 100, 500),
    ]);
    const rows = await bench.run(processTreeStep, { of: 'Suspects', events: 2 });
    assert.deepEqual(
      rows.filter((row) => row['Kind'] === 'network').map((row) => [row['Node'], row['Events']]),
      [
        ['... and 1 more kind of network event', 1],
        ['ConnectionFailed 10.0.0.9:22', 2],
        ['ConnectionFailed 10.0.0.9:23', 1],
      ],
    );
    assert.ok(
      !(await bench.run(processTreeStep, { of: 'Suspects', events: 0 })).some(
        (row) => row['Kind'] === 'network',
      ),
    );
  });

  it('is drawn as a tree', async () => {
    const rows = await bench.run(processTreeStep, { of: 'Suspects', events: 0 });
    const names = Object.keys(rows[0] ?? {});
    const columns = names.map((name) => ({ name, type: 'string' as const }));
    const shape = ({ text, isChosen, children }: TreeNode): unknown => [text, isChosen, children.map(shape)];
    assert.deepEqual(
      processTreeOf(
        columns,
        rows.map((row) => names.map((name) => row[name] ?? null)),
      ).map(shape),
      [
        [
          'services.exe (4)',
          false,
          [
            [
              'winword.exe (50)',
              false,
              [
                [
                  'powershell.exe (100)',
                  true,
                  [
                    ['whoami.exe (200)', false, []],
                    ['cmd.exe (201)', false, [['net.exe (300)', false, []]]],
                  ],
                ],
              ],
            ],
          ],
        ],
      ],
    );
  });

  it('gives nothing for a process that no log tells of, and for empty tables', async () => {
    await bench.table('Strangers', suspectColumns, [{ ...suspect, ProcessId: 999 }]);
    assert.deepEqual(await bench.run(processTreeStep, { of: 'Strangers' }), []);
    await bench.table('NoProcesses', processColumns, []);
    assert.deepEqual(await bench.run(processTreeStep, { of: 'Suspects', in: 'NoProcesses' }), []);
    assert.deepEqual(await bench.run(processTreeStep, { of: 'Suspects', rank: 9 }), []);
  });

  it('names what is missing', async () => {
    await bench.table('Bare', { DeviceName: 'string', Timestamp: 'datetime' }, []);
    await assert.rejects(bench.kqlOf(processTreeStep, { of: 'Bare' }), (error) => {
      assert.ok(error instanceof StepError);
      assert.deepEqual(error.path, ['of']);
      assert.match(error.message, /no column "ProcessId" \(the id of the process\)/);
      return true;
    });
  });
});
