import assert from 'node:assert/strict';
import { findScansStep } from '../../src/steps/findScans.ts';
import { StepError } from '../../src/steps/step.ts';
import { attempts, networkColumns, range, subnet, type Plan } from './support/connections.ts';
import { plantedCases } from './support/plantedCases.ts';
import { openWorkbench } from './support/workbench.ts';
import type { Row, Workbench } from './support/workbench.ts';

/** Slow and distributed scans have tests of their own; without them, each run is twice as fast. */
const kinds = ['vertical', 'horizontal', 'block'];

const kindsOf = (scans: readonly Row[]): unknown[] => scans.map((scan) => scan['Kind']).sort();

describe('find-scans', () => {
  let bench: Workbench;
  const cases = plantedCases();
  let result: readonly Row[];
  const scansIn = async (rows: readonly Row[], args: object = {}): Promise<readonly Row[]> => {
    await bench.table('DeviceNetworkEvents', networkColumns, rows);
    return bench.run(findScansStep, { kinds, ...args });
  };
  before(async () => {
    bench = await openWorkbench();
    result = await scansIn(cases.rows());
    cases.settle(result);
  });
  after(() => bench.dispose());

  /** A test of what the default arguments list of these rows. */
  const lists = (title: string, rows: readonly Row[], check: (scans: readonly Row[]) => void): void => {
    const scans = cases.plant(rows);
    it(title, () => {
      check(scans());
    });
  };
  const listsNothing = (title: string, rows: readonly Row[]): void => {
    lists(title, rows, (scans) => {
      assert.deepEqual(scans, []);
    });
  };

  describe('kinds', () => {
    lists(
      'calls many ports on one host vertical',
      attempts({ hosts: ['10.8.0.1'], ports: range(1, 100) }),
      ([scan, ...others]) => {
        assert.equal(others.length, 0);
        assert.ok(scan);
        assert.equal(scan['Kind'], 'vertical');
        assert.equal(scan['Source'], '10.9.0.1');
        assert.equal(scan['DeviceName'], 'device-10.9.0.1');
        assert.deepEqual(
          [scan['Ports'], scan['Hosts'], scan['Attempts'], scan['Failures']],
          [100, 1, 100, 100],
        );
        assert.equal(scan['FailureRatio'], 1);
        assert.deepEqual([scan['LongestPortRun'], scan['PortRunShare']], [100, 1]);
        assert.equal(scan['FirstSeen'], '2025-05-07T12:31:00.0000000Z');
        assert.equal(scan['LastSeen'], '2025-05-07T12:31:09.9000000Z');
        assert.equal(scan['RatePerSecond'], 10.101);
        assert.equal(scan['Score'], 100);
        assert.equal(scan['Severity'], 'high');
        assert.equal(scan['PortSample'], '1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ...');
        assert.equal(scan['HostSample'], '10.8.0.1');
        assert.equal(
          scan['Reasons'],
          '100 ports on 1 host (+30); 100.0% of 100 attempts failed (+30); 100 consecutive ports, 100.0% of all (+20); ' +
            '1.0 attempts a target (+10); 10.101 attempts a second (+10)',
        );
      },
    );

    lists(
      'calls one port on many hosts horizontal',
      attempts({ hosts: subnet(200), ports: [445], failedPercent: 90 }),
      ([scan]) => {
        assert.equal(scan?.['Kind'], 'horizontal');
        assert.deepEqual([scan['Ports'], scan['Hosts'], scan['LongestPortRun']], [1, 200, 1]);
        assert.equal(scan['FailureRatio'], 0.9);
      },
    );

    lists(
      'calls many ports on many hosts a block',
      attempts({ hosts: subnet(30), ports: range(20, 49) }),
      (scans) => {
        assert.deepEqual(kindsOf(scans), ['block']);
        assert.deepEqual(
          [scans[0]?.['Ports'], scans[0]?.['Hosts'], scans[0]?.['LongestPortRun']],
          [30, 30, 30],
        );
      },
    );

    lists(
      'finds a block whose ports and hosts are spread so that no host and no port stands out',
      range(0, 59).flatMap((index) =>
        attempts({
          hosts: [`10.8.0.${index}`],
          ports: [1000 + 7 * index],
          start: new Date(Date.parse('2025-05-07T12:31:00Z') + index * 1000).toISOString(),
        }),
      ),
      (scans) => {
        assert.deepEqual(
          scans.map((scan) => [scan['Kind'], scan['Ports'], scan['Hosts']]),
          [['block', 60, 60]],
        );
      },
    );

    lists(
      'measures the longest run of consecutive ports',
      attempts({ hosts: ['10.8.0.1'], ports: [...range(1, 10), ...range(50, 79), 443, 8080] }),
      ([scan]) => {
        assert.deepEqual(
          [scan?.['Ports'], scan?.['LongestPortRun'], scan?.['PortRunShare']],
          [42, 30, 0.714],
        );
      },
    );
  });

  describe('thresholds', () => {
    const port = (count: number, plan: Partial<Plan> = {}): Row[] =>
      attempts({ hosts: ['10.8.0.1'], ports: range(1, count), ...plan });
    lists('lists 15 ports on one host', port(15), (scans) => {
      assert.equal(scans.length, 1);
    });
    listsNothing('does not list 14 ports on one host', port(14));
    lists('lists 25 hosts on one port', attempts({ hosts: subnet(25), ports: [22] }), (scans) => {
      assert.equal(scans.length, 1);
    });
    listsNothing('does not list 24 hosts on one port', attempts({ hosts: subnet(24), ports: [22] }));
    listsNothing('does not list what is spread over more than a window', port(20, { everyMs: 60_000 }));
    it('takes other thresholds and windows', async () => {
      const scans = await scansIn(
        [
          ...port(6, { source: '10.0.0.6' }),
          ...port(5, { source: '10.0.0.5' }),
          ...port(20, { source: '10.0.0.20', everyMs: 60_000 }),
        ],
        { thresholds: { ports: 6 }, window: '30m' },
      );
      assert.deepEqual(scans.map((scan) => scan['Source']).sort(), ['10.0.0.20', '10.0.0.6']);
    });

    const scored = [20_000, 9000, 100].map((everyMs) => port(15, { everyMs }));
    const scores = scored.map((rows) => cases.plant(rows));

    it('lists a scan at the minimum score and not one below it', async () => {
      const [low, middle, high] = scores.map((scans) => Number(scans()[0]?.['Score']));
      assert.ok(low !== undefined && middle !== undefined && low < middle);
      const rows = scored.flatMap((each, index) =>
        each.map((row) => ({ ...row, DeviceName: `pc-${index}` })),
      );
      const scans = await scansIn(rows, { minimum: middle });
      assert.deepEqual(
        scans.map((scan) => [scan['DeviceName'], scan['Score']]),
        [
          ['pc-2', high],
          ['pc-1', middle],
        ],
      );
    });

    it('looks at what succeeds, too, where the minimum asks for no failures', async () => {
      const scans = await scansIn(
        [
          ...port(15, { everyMs: 33_000, start: '2025-05-07T12:36:30Z' }),
          ...attempts({ source: '10.0.0.2', hosts: subnet(25), ports: [443], failedPercent: 0 }),
          ...attempts({ source: '10.0.0.3', hosts: subnet(24), ports: [443], failedPercent: 0 }),
        ],
        { minimum: 0 },
      );
      assert.deepEqual(
        scans.map((scan) => [scan['Source'], scan['Kind'], scan['Failures']]),
        [
          ['10.9.0.1', 'vertical', 15],
          ['10.0.0.2', 'horizontal', 0],
        ],
      );
    });
  });

  describe('window boundaries', () => {
    for (let minute = 30; minute < 40; minute += 3) {
      const start = `2025-05-07T12:${minute}:30Z`;
      lists(
        `finds the same scan where it starts at ${minute}:30`,
        attempts({ hosts: ['10.8.0.1'], ports: range(1, 15), everyMs: 33_000, start }),
        (scans) => {
          assert.deepEqual(
            scans.map((scan) => [scan['Ports'], scan['Attempts']]),
            [[15, 15]],
          );
        },
      );
    }

    lists(
      'puts a scan that goes on for an hour together',
      attempts({ hosts: subnet(3), ports: range(1, 600), everyMs: 2000 }),
      (scans) => {
        assert.deepEqual(
          scans.map((scan) => [scan['Kind'], scan['Ports'], scan['Attempts']]),
          [['vertical', 600, 1800]],
        );
      },
    );

    lists(
      'keeps two scans of one source apart when hours lie between them',
      [
        ...attempts({ hosts: ['10.8.0.1'], ports: range(1, 40), start: '2025-05-07T08:00:00Z' }),
        ...attempts({ hosts: subnet(40), ports: [22], start: '2025-05-07T15:00:00Z' }),
      ],
      (scans) => {
        assert.deepEqual(kindsOf(scans), ['horizontal', 'vertical']);
      },
    );
  });

  describe('look-alikes', () => {
    listsNothing(
      'does not list a server that accepts from many client ports',
      attempts({ hosts: subnet(60), ports: range(50_000, 50_020), action: 'InboundConnectionAccepted' }),
    );
    listsNothing(
      'does not list monitoring that asks many hosts again and again',
      attempts({ hosts: subnet(60), ports: [9182], failedPercent: 3, times: 5, everyMs: 1500 }),
    );
    listsNothing(
      'does not list passive FTP on consecutive ports that answer',
      attempts({ hosts: ['10.8.0.1'], ports: range(51_000, 51_080), failedPercent: 0, everyMs: 900 }),
    );
    listsNothing(
      'does not list a browser with many hosts on one port',
      attempts({ hosts: subnet(200), ports: [443], failedPercent: 4, times: 2, everyMs: 1400 }),
    );
    listsNothing(
      'does not list one dead printer that is asked for all day',
      attempts({ hosts: ['10.8.0.1'], ports: [9100], times: 2000, everyMs: 20_000 }),
    );
    listsNothing('does not list connections of a host to itself', [
      ...attempts({ hosts: ['127.0.0.1', '10.9.0.1'], ports: range(1, 100) }),
      ...attempts({ source: '::1', hosts: ['::1'], ports: range(1, 100) }),
    ]);

    lists(
      'dates a scan from its own first attempt, not from what its target answered minutes before',
      [
        ...attempts({ hosts: ['10.8.0.1'], ports: [445], failedPercent: 0, start: '2025-05-07T12:28:00Z' }),
        ...attempts({ hosts: ['10.8.0.1'], ports: [445], failedPercent: 0, start: '2025-05-07T12:36:00Z' }),
        ...attempts({
          hosts: ['10.8.0.1'],
          ports: [22, 80],
          failedPercent: 0,
          start: '2025-05-07T12:30:59Z',
        }),
        ...attempts({ hosts: ['10.8.0.1'], ports: range(100, 160), start: '2025-05-07T12:31:00Z' }),
      ],
      ([scan]) => {
        assert.equal(scan?.['FirstSeen'], '2025-05-07T12:30:59.0000000Z');
        assert.equal(scan['LastSeen'], '2025-05-07T12:31:06.0000000Z');
        assert.equal(scan['Ports'], 63);
      },
    );

    lists(
      'keeps healthy traffic of a scanning host out of its scan',
      [
        ...attempts({ hosts: ['10.8.0.1'], ports: range(1, 100) }),
        ...attempts({ hosts: subnet(80, '10.7.0.'), ports: [443], failedPercent: 2, times: 3 }),
      ],
      (scans) => {
        assert.deepEqual(
          scans.map((scan) => [scan['Kind'], scan['Hosts'], scan['Attempts']]),
          [['vertical', 1, 100]],
        );
      },
    );
  });

  listsNothing('tells devices behind the same address apart', [
    ...attempts({ source: '192.168.1.5', device: 'laptop-a', hosts: ['192.168.1.1'], ports: range(1, 10) }),
    ...attempts({ source: '192.168.1.5', device: 'laptop-b', hosts: ['192.168.1.1'], ports: range(11, 20) }),
  ]);

  lists(
    'reads an IPv4 address written as IPv6 as the same host',
    [
      ...attempts({ source: '10.9.0.1', hosts: ['10.8.0.1'], ports: range(1, 10) }),
      ...attempts({
        source: '::ffff:10.9.0.1',
        device: 'device-10.9.0.1',
        hosts: ['::ffff:10.8.0.1'],
        ports: range(11, 20),
      }),
    ],
    (scans) => {
      assert.deepEqual(
        scans.map((scan) => [scan['Source'], scan['Ports']]),
        [['10.9.0.1', 20]],
      );
    },
  );

  it('does not depend on the order of the rows', async () => {
    const rows = cases.rows();
    const shuffled = rows
      .map((row, index) => ({ row, key: (index * 7919) % rows.length }))
      .sort((a, b) => a.key - b.key);
    assert.ok(result.length > 10);
    assert.deepEqual(await scansIn(shuffled.map(({ row }) => row)), result);
  });

  it('finds nothing in an empty table', async () => {
    assert.deepEqual(await scansIn([]), []);
  });

  describe('exclude', () => {
    const scanner = (source: string, ports = range(1, 100)): Row[] =>
      attempts({ source, hosts: ['10.8.0.1'], ports });

    const excluded = ['10.0.0.42', '10.0.9.7', '10.0.1.1', '10.0.2.2'].flatMap((source) => scanner(source));
    const rows = [...excluded, ...scanner('10.0.0.5'), ...scanner('10.0.0.6', range(201, 300))];

    lists('lists every scanner', rows, (scans) => {
      assert.equal(scans.length, 6);
    });

    it('lists none that is excluded by address, range, device with and without its domain, or port', async () => {
      const exclude = ['10.0.0.42', '10.0.9.0/24', 'DEVICE-10.0.1.1', 'device-10.0.2', ...range(201, 290)];
      const scans = await scansIn(rows, { exclude });
      assert.deepEqual(
        scans.map((scan) => scan['Source']),
        ['10.0.0.5'],
      );
    });

    it('says what exclusions leave of the attempts when it finds nothing', async () => {
      await bench.table('DeviceNetworkEvents', networkColumns, rows);
      const looked = async (exclude: readonly (string | number)[]) => {
        const args = findScansStep.arguments.parse({ exclude });
        const [row] = await bench.query(
          findScansStep.looked?.(args, { schema: bench.engine.schema() }) ?? '',
        );
        return [row?.['Taken'], row?.['TakenAs'], row?.['Cannot']];
      };
      assert.deepEqual(await looked([]), [600, 'connection attempts', '']);
      const left = 'connection attempts that `exclude` leaves';
      assert.deepEqual(await looked(['10.0.0.42', 'DEVICE-10.0.2', 300]), [399, left, '']);
      assert.deepEqual(await looked(['10.0.0.0/8']), [0, left, '`exclude` leaves no row']);
    });

    it('takes one entry without a list', () => {
      assert.deepEqual(findScansStep.arguments.parse({ exclude: '10.0.0.42' }).exclude, ['10.0.0.42']);
    });

    it('refuses what is meant as an address and is none', () => {
      for (const entry of [
        '10.0.0.0/33',
        '10.0.0.300',
        '10.0.0',
        'fe80::/200',
        '::g:1/x',
        '9182',
        '',
        70_000,
      ]) {
        assert.equal(
          findScansStep.arguments.safeParse({ exclude: [entry] }).success,
          entry === '::g:1/x',
          `${entry}`,
        );
      }
    });
  });

  describe('other tables', () => {
    const zeek = {
      ts: 'datetime',
      'id.orig_h': 'string',
      'id.resp_h': 'string',
      'id.resp_p': 'int',
      conn_state: 'string',
    } as const;
    const columns = { time: 'ts', source: 'id.orig_h', destination: 'id.resp_h', port: 'id.resp_p' };
    const rows = range(1, 50).map((port) => ({
      ts: `2025-05-07T12:31:${String(port).padStart(2, '0')}Z`,
      'id.orig_h': '10.9.0.1',
      'id.resp_h': '10.8.0.1',
      'id.resp_p': port,
      conn_state: 'REJ',
    }));

    it('reads columns by other names, with the source as the device', async () => {
      await bench.table('conn', zeek, rows);
      const args = {
        in: 'conn',
        kinds,
        columns: { ...columns, action: 'conn_state' },
        attempts: [],
        failed: ['S0', 'REJ'],
      };
      const [scan] = await bench.run(findScansStep, args);
      assert.deepEqual([scan?.['DeviceName'], scan?.['Failures'], scan?.['Score']], ['10.9.0.1', 50, 98]);
    });

    it('does without outcomes when the log has none', async () => {
      await bench.table('conn', zeek, rows);
      const [scan] = await bench.run(findScansStep, {
        in: 'conn',
        kinds,
        columns: { ...columns, action: null },
      });
      assert.equal(scan?.['FailureRatio'], null);
      assert.equal(scan['Severity'], 'high');
      assert.match(JSON.stringify(scan['Reasons']), /the log does not say which failed/);
    });
  });

  describe('what is missing', () => {
    const compile = (args: unknown, columns: readonly string[]): string =>
      findScansStep.compile(findScansStep.arguments.parse(args), {
        schema: {
          tables: [
            {
              name: 'DeviceNetworkEvents',
              columns: columns.map((name) => ({ name, type: name === 'Timestamp' ? 'datetime' : 'string' })),
            },
          ],
        },
      });
    const all = ['Timestamp', 'ActionType', 'LocalIP', 'RemoteIP', 'RemotePort'];
    const fails = (
      args: unknown,
      columns: readonly string[],
      path: readonly unknown[],
      message: RegExp,
    ): void => {
      assert.throws(
        () => compile(args, columns),
        (error) => {
          assert.ok(error instanceof StepError);
          assert.match(error.message, message);
          assert.deepEqual(error.path, path);
          return true;
        },
      );
    };

    it('names a missing table and the close one', () => {
      fails(
        { in: 'DeviceNetworkEvent' },
        all,
        ['in'],
        /no table "DeviceNetworkEvent"\. Did you mean "DeviceNetworkEvents"\?/,
      );
    });

    it('names a missing column and the close one', () => {
      const without = [...all.filter((name) => name !== 'RemotePort'), 'RemotePrt'];
      fails(
        {},
        without,
        ['in'],
        /no column "RemotePort" .*Did you mean "RemotePrt"\? Name the column to use in columns\.port/,
      );
    });

    it('blames the override that names no column', () => {
      fails(
        { columns: { source: 'LocalIp' } },
        all,
        ['columns', 'source'],
        /no column "LocalIp" .*Did you mean "LocalIP"\?/,
      );
    });

    it('refuses a time that is no datetime', () => {
      fails(
        { columns: { time: 'ActionType' } },
        all,
        ['columns', 'time'],
        /is string, but .* must be datetime/,
      );
    });

    it('refuses unknown arguments and bad durations', () => {
      assert.equal(findScansStep.arguments.safeParse({ windw: '10m' }).success, false);
      assert.equal(findScansStep.arguments.safeParse({ window: 'ten minutes' }).success, false);
      assert.equal(findScansStep.arguments.safeParse({ window: '0m' }).success, false);
    });
  });
});
