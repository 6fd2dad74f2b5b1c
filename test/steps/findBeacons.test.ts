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

describe('find-beacons', () => {
  let bench: Workbench;
  before(async () => (bench = await openWorkbench()));
  after(() => bench.dispose());

  const beaconsIn = async (rows: readonly Row[], args: object = {}): Promise<readonly Row[]> => {
    await bench.table('conn', zeekColumns, rows);
    return bench.run(findBeaconsStep, { in: 'conn', ...args });
  };
  const byDestination = (rows: readonly Row[]) =>
    new Map(rows.map((row) => [row['Destination'] as string, row]));

  it('finds call-backs whatever their jitter, by the score that RITA gives', async () => {
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
    const found = byDestination(await beaconsIn([...wholeDay, ...planted.flat(), ...uneven], { minimum: 0 }));
    for (const rows of [...planted, uneven]) {
      const row = found.get(rows[0]?.['id.resp_h'] as string);
      const expected = ritaScores(
        rows.map((call) => ({
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

  it('needs four connections in different seconds', async () => {
    const three = calls({ destination: '203.0.113.3', everySeconds: 3600, count: 3 });
    const twice = calls({ destination: '203.0.113.2', everySeconds: 3600, count: 3 }).flatMap((row) => [
      row,
      row,
    ]);
    const four = calls({ destination: '203.0.113.4', everySeconds: 3600, count: 4 });
    const rows = [...wholeDay, ...three, ...twice, ...four];
    assert.deepEqual([...byDestination(await beaconsIn(rows, { minimum: 0 })).keys()], ['203.0.113.4']);
  });

  it('lists from the minimum score, and grades by the thresholds', async () => {
    const rows = [...wholeDay, ...calls({ everySeconds: 300, jitter: 0.3, count: 280 })];
    const [beacon] = await beaconsIn(rows);
    const score = Number(beacon?.['Score']);
    const graded = async (args: object) => (await beaconsIn(rows, args)).map((row) => row['Severity']);
    assert.deepEqual(await graded({ minimum: score }), ['high']);
    assert.deepEqual(await graded({ minimum: score + 0.1 }), []);
    assert.deepEqual(await graded({ thresholds: { high: score + 0.1 } }), ['medium']);
    assert.deepEqual(await graded({ thresholds: { high: 100, medium: score + 0.1 } }), ['low']);
  });

  it('calls what connects too often a strobe', async () => {
    const rows = [...wholeDay, ...calls({ everySeconds: 60, count: 1000 })];
    const kinds = async (strobe: number) =>
      (await beaconsIn(rows, { thresholds: { strobe } })).map((row) => [
        row['Kind'],
        row['Severity'],
        row['Score'],
      ]);
    assert.deepEqual(await kinds(1000), [['strobe', 'high', null]]);
    assert.deepEqual(
      (await kinds(1001)).map(([kind]) => kind),
      ['beacon'],
    );
  });

  it('does not list people, a burst, or time servers', async () => {
    const browsing = [
      1, 2, 40, 44, 47, 2100, 2101, 2104, 9000, 9003, 30_000, 30_001, 30_011, 61_000, 61_050,
    ].flatMap((startSecond, index) =>
      calls({ everySeconds: 1, count: 2, startSecond, bytes: () => 300 + index * 977 }),
    );
    const burst = calls({
      destination: '203.0.113.7',
      everySeconds: 2,
      count: 60,
      startSecond: 40_000,
      bytes: (i) => 90 * i,
    });
    const time = calls({ destination: '203.0.113.123', port: 123, everySeconds: 1024, count: 84 });
    assert.deepEqual(await beaconsIn([...wholeDay, ...browsing, ...burst, ...time]), []);
    const withTime = await beaconsIn([...wholeDay, ...time], { exclude: [] });
    assert.deepEqual(
      withTime.map((row) => row['Port']),
      [123],
    );
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

  it('excludes either end, and draws the intervals of one source', async () => {
    const rows = [...wholeDay, ...calls({ everySeconds: 300, jitter: 0.2, count: 280 })];
    assert.deepEqual(await beaconsIn(rows, { exclude: ['203.0.113.0/24'] }), []);
    assert.deepEqual(await beaconsIn(rows, { exclude: '10.0.0.5' }), []);
    const drawn = await beaconsIn(rows, { explain: '10.0.0.5' });
    assert.ok(drawn.length > 3);
    assert.equal(
      drawn.reduce((sum, row) => sum + Number(row['Intervals']), 0),
      279,
    );
    assert.deepEqual([...new Set(drawn.map((row) => row['Beacon']))], ['203.0.113.9 port 443']);
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
