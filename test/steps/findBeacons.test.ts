import assert from 'node:assert/strict';
import { findBeaconsStep } from '../../src/steps/findBeacons.ts';
import { ritaScores } from './support/ritaScores.ts';
import { openWorkbench } from './support/workbench.ts';
import type { Row, Workbench } from './support/workbench.ts';

const zeekColumns = {
  ts: 'datetime',
  'id.orig_h': 'string',
  'id.resp_h': 'string',
  'id.resp_p': 'int',
  orig_ip_bytes: 'long',
} as const;

interface Plan {
  readonly source?: string;
  readonly destination?: string;
  readonly port?: number;
  readonly everySeconds: number;
  /** Share by which an interval may differ, either way. */
  readonly jitter?: number;
  readonly count: number;
  readonly startSecond?: number;
  readonly bytes?: (index: number) => number;
}

const midnight = Date.UTC(2024, 4, 1);

/** Calls at intervals that spread evenly over the jitter. */
function calls({
  everySeconds,
  jitter = 0,
  count,
  startSecond = 0,
  bytes = () => 412,
  ...plan
}: Plan): Row[] {
  let second = startSecond;
  return Array.from({ length: count }, (_, index) => {
    // Steps of the golden ratio fill the span without a pattern and without a random source.
    if (index > 0) second += everySeconds * (1 + jitter * (2 * ((index * 0.618034) % 1) - 1));
    return {
      ts: new Date(midnight + second * 1000).toISOString(),
      'id.orig_h': plan.source ?? '10.0.0.5',
      'id.resp_h': plan.destination ?? '203.0.113.9',
      'id.resp_p': plan.port ?? 443,
      orig_ip_bytes: bytes(index),
    };
  });
}

/** A connection at the start and one at the end of the day, so that the log covers all of it. */
const wholeDay = [
  ...calls({ source: '10.0.9.1', destination: '203.0.113.200', everySeconds: 86_399, count: 2 }),
];

/** Jitters of beacons that go on all day; the more, the less their score. */
const jitters = [0, 0.1, 0.2, 0.3];
const planted = jitters.map((jitter, index) =>
  calls({ destination: `203.0.113.${index}`, everySeconds: 300, jitter, count: 280 }),
);
const uneven = calls({
  destination: '203.0.113.9',
  everySeconds: 700,
  jitter: 0.9,
  count: 110,
  bytes: (i) => 100 + ((i * 7919) % 900),
});

/** One source has too few calls in different seconds but to one destination. */
const few = '10.0.0.6';
const fewCalls = [
  ...calls({ source: few, destination: '203.0.114.3', everySeconds: 3600, count: 3 }),
  ...calls({ source: few, destination: '203.0.114.2', everySeconds: 3600, count: 3 }).flatMap((row) => [
    row,
    row,
  ]),
  ...calls({ source: few, destination: '203.0.114.4', everySeconds: 3600, count: 4 }),
];

/** People, a burst, and time servers. */
const everyday = '10.0.0.7';
const everydayCalls = [
  ...[1, 2, 40, 44, 47, 2100, 2101, 2104, 9000, 9003, 30_000, 30_001, 30_011, 61_000, 61_050].flatMap(
    (startSecond, index) =>
      calls({ source: everyday, everySeconds: 1, count: 2, startSecond, bytes: () => 300 + index * 977 }),
  ),
  ...calls({
    source: everyday,
    destination: '203.0.113.7',
    everySeconds: 2,
    count: 60,
    startSecond: 40_000,
    bytes: (i) => 90 * i,
  }),
  ...calls({ source: everyday, destination: '203.0.113.123', port: 123, everySeconds: 1024, count: 84 }),
];

describe('find-beacons', () => {
  let bench: Workbench;
  let all: readonly Row[];
  const rows = [...wholeDay, ...planted.flat(), ...uneven, ...fewCalls, ...everydayCalls];
  before(async () => {
    bench = await openWorkbench();
    all = await beaconsIn(rows, { minimum: 0 });
  });
  after(() => bench.dispose());

  const beaconsIn = async (of: readonly Row[], args: object = {}): Promise<readonly Row[]> => {
    await bench.table('conn', zeekColumns, of);
    return bench.run(findBeaconsStep, { in: 'conn', ...args });
  };
  const byDestination = (of: readonly Row[]) => new Map(of.map((row) => [row['Destination'] as string, row]));
  const from = (source: string, of: readonly Row[]) => of.filter((row) => row['Source'] === source);

  it('finds call-backs whatever their jitter, by the score that RITA gives', () => {
    const found = byDestination(from('10.0.0.5', all));
    for (const beacon of [...planted, uneven]) {
      const row = found.get(beacon[0]?.['id.resp_h'] as string);
      const expected = ritaScores(
        beacon.map((call) => ({
          second: Math.floor(Date.parse(call['ts'] as string) / 1000),
          bytes: Number(call['orig_ip_bytes']),
        })),
        { first: midnight / 1000, last: midnight / 1000 + 86_399 },
      );
      assert.deepEqual(
        [
          row?.['TimestampScore'],
          row?.['SizeScore'],
          row?.['HistogramScore'],
          row?.['DurationScore'],
          row?.['BeaconScore'],
        ],
        [expected.timestamp, expected.size, expected.histogram, expected.duration, expected.score],
      );
    }
    assert.deepEqual(
      jitters.map((_, index) => found.get(`203.0.113.${index}`)?.['Severity']),
      ['high', 'high', 'high', 'high'],
    );
    const even = found.get('203.0.113.0');
    assert.deepEqual([even?.['IntervalMedian'], even?.['Jitter'], even?.['Connections']], [300, 0, 280]);
    assert.deepEqual(even?.['Intervals'], [{ Seconds: 300, Times: 279 }]);
    assert.equal((even['Histogram'] as readonly number[]).length, 24);
    assert.match(even['Method'] as string, /RITA v5/);
  });

  it('needs four connections in different seconds', () => {
    assert.deepEqual(
      from(few, all).map((row) => row['Destination']),
      ['203.0.114.4'],
    );
  });

  it('does not list people, a burst, or time servers', async () => {
    const listed = await beaconsIn(rows);
    assert.deepEqual(from(everyday, listed), []);
    assert.ok(from('10.0.0.5', listed).length >= jitters.length);
  });

  it('lists from the minimum score, and grades by the thresholds', async () => {
    const [high, , medium, least] = jitters.map((_, index) =>
      Number(byDestination(all).get(`203.0.113.${index}`)?.['Score']),
    );
    const thresholds = { high, medium };
    const graded = await beaconsIn([...wholeDay, ...planted.flat(), ...uneven], {
      minimum: least,
      thresholds,
    });
    assert.deepEqual(
      graded.map((row) => [row['Destination'], row['Severity']]),
      [
        ['203.0.113.0', 'high'],
        ['203.0.113.1', 'medium'],
        ['203.0.113.2', 'medium'],
        ['203.0.113.3', 'low'],
      ],
    );
  });

  it('calls what connects too often a strobe, and excludes either end but no time server when told so', async () => {
    const strobes = [
      ...calls({ source: '10.0.0.8', everySeconds: 60, count: 1000 }),
      ...calls({ source: '10.0.0.9', everySeconds: 60, count: 999 }),
    ];
    const found = await beaconsIn([...rows, ...strobes], {
      thresholds: { strobe: 1000 },
      exclude: ['10.0.0.5', '203.0.114.0/24'],
    });
    assert.deepEqual(
      found.map((row) => [row['Source'], row['Port'], row['Kind'], row['Score'] === null]).sort(),
      [
        [everyday, 123, 'beacon', false],
        ['10.0.0.8', 443, 'strobe', true],
        ['10.0.0.9', 443, 'beacon', false],
      ],
    );
    assert.equal(found.find((row) => row['Kind'] === 'strobe')?.['Severity'], 'high');
  });

  it('counts what everybody calls as less, what hardly anybody calls as more, in a log of many sources', async () => {
    const sources = Array.from({ length: 60 }, (_, index) => `10.0.1.${index + 1}`);
    const updates = sources.flatMap((source) =>
      calls({ source, destination: '198.51.100.1', everySeconds: 3600, jitter: 0.3, count: 23 }),
    );
    const implant = calls({ source: '10.0.1.7', everySeconds: 3600, jitter: 0.3, count: 23 });
    const found = byDestination(await beaconsIn([...wholeDay, ...updates, ...implant]));
    assert.equal(found.get('198.51.100.1')?.['Modifier'], -15);
    assert.equal(found.get('203.0.113.9')?.['Modifier'], 15);
    assert.equal(found.get('203.0.113.9')?.['Severity'], 'high');
  });

  describe('charts', () => {
    const total = (of: readonly Row[]) => of.reduce((sum, row) => sum + Number(row['Intervals']), 0);

    it('draws the intervals of the best beacons under the list', async () => {
      await bench.table('conn', zeekColumns, [...wholeDay, ...planted.flat(), ...uneven]);
      const args = findBeaconsStep.arguments.parse({ in: 'conn', minimum: 90 });
      const under = findBeaconsStep.under?.(args, { schema: bench.engine.schema() });
      assert.ok(under?.kind === 'query');
      assert.match(
        under.kql,
        /\| render columnchart with \(xcolumn=Seconds, ycolumns=Intervals, series=Beacon, /,
      );
      const drawn = await bench.query(under.kql);
      assert.deepEqual(
        [...new Set(drawn.map((row) => row['Beacon']))].sort(),
        jitters.map((_, index) => `10.0.0.5 to 203.0.113.${index} port 443`),
      );
      assert.equal(total(drawn), jitters.length * 279);
    });

    it('draws those of one source instead, with nothing under it', async () => {
      const explain = { in: 'conn', explain: '10.0.0.5' };
      const drawn = await beaconsIn(
        [...wholeDay, ...calls({ everySeconds: 300, jitter: 0.2, count: 280 })],
        explain,
      );
      assert.ok(drawn.length > 3);
      assert.equal(total(drawn), 279);
      assert.deepEqual([...new Set(drawn.map((row) => row['Beacon']))], ['203.0.113.9 port 443']);
      const args = findBeaconsStep.arguments.parse(explain);
      assert.equal(findBeaconsStep.under?.(args, { schema: bench.engine.schema() }), undefined);
    });
  });

  it('does without sizes, on Defender tables, and finds nothing in an empty one', async () => {
    const columns = {
      Timestamp: 'datetime',
      DeviceName: 'string',
      ActionType: 'string',
      LocalIP: 'string',
      RemoteIP: 'string',
      RemotePort: 'int',
    } as const;
    const rows = [...wholeDay, ...calls({ everySeconds: 300, jitter: 0.3, count: 280 })].map((row) => ({
      Timestamp: row['ts'] ?? null,
      DeviceName: 'laptop-1',
      ActionType: 'ConnectionSuccess',
      LocalIP: row['id.orig_h'] ?? null,
      RemoteIP: row['id.resp_h'] ?? null,
      RemotePort: row['id.resp_p'] ?? null,
    }));
    await bench.table('DeviceNetworkEvents', columns, rows);
    const [beacon, ...others] = await bench.run(findBeaconsStep, {});
    assert.equal(others.length, 0);
    assert.deepEqual(
      [beacon?.['DeviceName'], beacon?.['SizeScore'], beacon?.['Severity']],
      ['laptop-1', null, 'high'],
    );
    await bench.table('DeviceNetworkEvents', columns, []);
    assert.deepEqual(await bench.run(findBeaconsStep, {}), []);
  });

  it('refuses thresholds that mean nothing', () => {
    for (const args of [
      { thresholds: { connections: 3 } },
      { weights: { timestamp: 0, size: 0, histogram: 0, duration: 0 } },
      { minimum: 101 },
      { jitter: 3 },
      { exclude: ['10.0.0.0/40'] },
    ]) {
      assert.equal(findBeaconsStep.arguments.safeParse(args).success, false, JSON.stringify(args));
    }
  });
});
