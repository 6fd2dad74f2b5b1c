import assert from 'node:assert/strict';
import { findScansStep } from '../../src/steps/findScans.ts';
import { walkConstants } from '../../src/steps/findScans/walk.ts';
import { StepError } from '../../src/steps/step.ts';
import { attempts, networkColumns, range, subnet } from './support/connections.ts';
import { openWorkbench } from './support/workbench.ts';
import type { Row, Workbench } from './support/workbench.ts';

const every = ['trw', 'zeek', 'simple-scan', 'snort', 'sentinel'];

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

describe('find-scans with published methods', () => {
  let bench: Workbench;
  before(async () => (bench = await openWorkbench()));
  after(() => bench.dispose());

  /** Sources with the methods that flag them. */
  const flagged = async (rows: readonly Row[], args: object = {}): Promise<Record<string, unknown>> => {
    await bench.table('DeviceNetworkEvents', networkColumns, rows);
    const result = await bench.run(findScansStep, { methods: every, ...args });
    return Object.fromEntries(result.map((row) => [textOf(row['Source']), row['Methods']]));
  };

  it('shows who agrees, a row a source, at and below every threshold', async () => {
    const [start] = ['2025-05-07T12:30:00Z'];
    const rows = [
      ...attempts({ source: '10.0.0.1', hosts: ['10.8.0.1'], ports: range(1, 15), start }),
      ...attempts({ source: '10.0.0.2', hosts: ['10.8.0.1'], ports: range(1, 14), start }),
      ...attempts({ source: '10.0.0.3', hosts: subnet(4), ports: [22], start }),
      ...attempts({ source: '10.0.0.4', hosts: subnet(3), ports: [22], start }),
      ...attempts({ source: '8.8.0.1', hosts: ['10.8.0.1'], ports: range(1, 51), start }),
      ...attempts({ source: '8.8.0.2', hosts: ['10.8.0.1'], ports: range(1, 50), start, everyMs: 10_000 }),
      ...attempts({ source: '8.8.0.3', hosts: subnet(5), ports: range(1, 5), start }),
      ...attempts({ source: '8.8.0.4', hosts: subnet(4), ports: range(1, 6), start, everyMs: 30_000 }),
      ...attempts({ source: '10.0.0.6', hosts: subnet(6, '10.7.0.'), ports: [80], start }),
      // Ten ports are few to every method; connections that succeed are no scan, however many hosts they reach.
      ...attempts({ source: '10.9.0.1', hosts: ['10.8.0.1'], ports: range(1, 10), start }),
      ...attempts({
        source: '10.0.0.7',
        hosts: subnet(200),
        ports: [443],
        failedPercent: 0,
        everyMs: 60_000,
      }),
    ];
    assert.deepEqual(await flagged(rows), {
      '10.0.0.1': 'zeek, snort',
      '10.0.0.3': 'trw',
      '10.0.0.6': 'trw',
      '8.8.0.1': 'zeek, simple-scan, snort, sentinel',
      '8.8.0.2': 'zeek, simple-scan',
      '8.8.0.3': 'trw, simple-scan',
      '8.8.0.4': 'trw',
    });
  });

  it('counts the methods that agree and says what each saw', async () => {
    await bench.table(
      'DeviceNetworkEvents',
      networkColumns,
      attempts({ hosts: subnet(30), ports: [22], start: '2025-05-07T12:30:00Z' }),
    );
    const [row] = await bench.run(findScansStep, { methods: ['zeek', 'trw', 'sentinel'] });
    assert.deepEqual(
      [row?.['Agree'], row?.['Of'], row?.['Severity'], row?.['Methods']],
      [2, 3, 'medium', 'zeek, trw'],
    );
    assert.deepEqual([row?.['Zeek'], row?.['Trw'], row?.['Sentinel']], [true, true, false]);
    assert.equal(row?.['ZeekEvidence'], '1 failed ports on a host, 30 hosts on a port in 5m (15, 25)');
    assert.match(textOf(row['TrwEvidence']), /^scanner after 4 first contacts/);
    assert.match(textOf(row['SentinelEvidence']), /a private source is not looked at$/);
    assert.equal('Snort' in row, false);
  });

  it('takes other constants', async () => {
    const rows = attempts({ hosts: ['10.8.0.1'], ports: range(1, 10), start: '2025-05-07T12:30:00Z' });
    const constants = {
      zeek: { ports: 10 },
      'simple-scan': { local: 10 },
      snort: { ports: 10 },
      sentinel: { ports: 9, public: false },
    };
    assert.deepEqual(await flagged(rows, { constants }), {
      '10.9.0.1': 'zeek, simple-scan, snort, sentinel',
    });
  });

  it('says nothing in an empty table', async () => {
    assert.deepEqual(await flagged([]), {});
  });

  it('needs to know what failed', () => {
    const schema = {
      tables: [
        {
          name: 'Flows',
          columns: [
            { name: 'Timestamp', type: 'datetime' as const },
            ...['LocalIP', 'RemoteIP', 'RemotePort'].map((name) => ({ name, type: 'string' as const })),
          ],
        },
      ],
    };
    for (const args of [{ methods: ['zeek'] }, { explain: '10.0.0.5' }]) {
      assert.throws(
        () => findScansStep.compile(findScansStep.arguments.parse({ in: 'Flows', ...args }), { schema }),
        (error) => error instanceof StepError && error.path[0] === Object.keys(args)[0],
      );
    }
  });

  describe('explain', () => {
    const explained = async (rows: readonly Row[], args: object): Promise<readonly Row[]> => {
      await bench.table('DeviceNetworkEvents', networkColumns, rows);
      return bench.run(findScansStep, args);
    };
    const line = (rows: readonly Row[], name: string) => rows.filter((row) => row['Line'] === name);

    it('draws the walk of one source, and the bars, up to shortly after the line is crossed', async () => {
      const rows = await explained(
        [
          ...attempts({ hosts: subnet(40), ports: [22], failedPercent: 100 }),
          ...attempts({ source: '10.0.0.9', hosts: subnet(40), ports: [22] }),
        ],
        { explain: 'DEVICE-10.9.0.1' },
      );
      const walk = line(rows, 'hosts');
      assert.deepEqual(
        walk.map((row) => row['Score']),
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
      );
      assert.deepEqual(
        walk.flatMap((row) =>
          row['Crossed'] === '' ? [] : [[row['Contact'], row['Crossed'], row['Target']]],
        ),
        [[4, 'scanner', '10.8.0.4']],
      );
      assert.deepEqual(
        [...line(rows, 'scanner at +4'), ...line(rows, 'benign at -4')].map((row) => row['Score']),
        [4, 4, -4, -4],
      );
    });

    it('sees a scan of one host by its ports, and a benign source go down', async () => {
      const vertical = await explained(attempts({ hosts: ['10.8.0.1'], ports: range(1, 30) }), {
        explain: '10.9.0.1',
      });
      assert.equal(line(vertical, 'hosts').length, 1);
      assert.ok(line(vertical, 'hosts and ports').some((row) => row['Crossed'] === 'scanner'));
      const benign = await explained(attempts({ hosts: subnet(9), ports: [443], failedPercent: 0 }), {
        explain: '10.9.0.1',
      });
      assert.ok(line(benign, 'hosts').some((row) => row['Contact'] === 4 && row['Crossed'] === 'benign'));
    });

    it('gives no rows for a source that is not there, and is safe with a hostile name', async () => {
      const rows = attempts({ hosts: subnet(4), ports: [22] });
      assert.deepEqual(await explained(rows, { explain: '"; drop table x' }), []);
    });

    it('asks for a chart of the walk by line', () => {
      const kql = findScansStep.compile(findScansStep.arguments.parse({ explain: '10.9.0.1' }), {
        schema: bench.engine.schema(),
      });
      assert.match(
        kql,
        /\n\| render timechart with \(xcolumn=Time, ycolumns=Score, series=Line, title="[^"]*"\)$/,
      );
    });
  });
});

describe('Threshold Random Walk', () => {
  const defaults = { alpha: 0.01, beta: 0.99, theta0: 0.8, theta1: 0.2 };

  it('steps by one between +4 and -4 with the published constants', () => {
    const { success, scanner, benign } = walkConstants(defaults);
    assert.deepEqual([success, scanner, benign], [-1, 4, -4]);
  });

  it('follows other constants', () => {
    const strict = walkConstants({ ...defaults, alpha: 0.001 });
    assert.equal(strict.scanner, 5);
    const uneven = walkConstants({ ...defaults, theta0: 0.9 });
    // A failure weighs ln 8, a success ln 4.5; the bar is at ln 99.
    assert.equal(uneven.scanner, Number((Math.log(99) / Math.log(8)).toFixed(6)));
    assert.equal(uneven.success, Number((-Math.log(4.5) / Math.log(8)).toFixed(6)));
  });

  it('refuses constants that no walk has', () => {
    for (const trw of [{ alpha: 0 }, { beta: 1 }, { alpha: 0.99, beta: 0.5 }, { theta0: 0.2, theta1: 0.8 }]) {
      assert.equal(findScansStep.arguments.safeParse({ trw }).success, false, JSON.stringify(trw));
    }
  });
});
