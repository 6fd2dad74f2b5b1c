/** Slow and distributed scans, other logs, and how well each kind is found among everyday traffic. */
import assert from 'node:assert/strict';
import { findScansStep } from '../../src/steps/findScans.ts';
import { attempts, networkColumns, range, subnet } from './support/connections.ts';
import { defaultOptions, generate } from './support/scanGenerator.ts';
import { qualityOf } from './support/scanKinds.ts';
import { openWorkbench } from './support/workbench.ts';
import type { Columns, Row, Workbench } from './support/workbench.ts';

const minutes = 60_000;

describe('find-scans: slow, distributed, and other logs', () => {
  let bench: Workbench;
  before(async () => (bench = await openWorkbench()));
  after(() => bench.dispose());

  const scansIn = async (rows: readonly Row[], args: object = {}): Promise<readonly Row[]> => {
    await bench.table('DeviceNetworkEvents', networkColumns, rows);
    return bench.run(findScansStep, args);
  };

  it('finds every kind among everyday traffic, with precision and recall of at least 0.95', async () => {
    const generated = generate({ ...defaultOptions, devices: 80, dailyConnections: 25, scansOfEachKind: 12 });
    const quality = qualityOf(await scansIn(generated.rows), generated);
    for (const { kind, planted, precision, recall } of quality) {
      assert.equal(planted, 12);
      assert.ok(precision >= 0.95, `precision of ${kind}: ${precision}`);
      assert.ok(recall >= 0.95, `recall of ${kind}: ${recall}`);
    }
  });

  describe('over days and among sources', () => {
    let scans: readonly Row[];
    const shared = (sources: number, net: string): Row[] =>
      range(1, 40).flatMap((last) =>
        attempts({
          source: `10.1.${net}.${last % sources}`,
          hosts: [`10.8.${net}.${last}`],
          ports: [445],
          start: new Date(Date.parse('2025-05-07T10:00:00Z') + last * 2 * minutes).toISOString(),
        }),
      );
    before(async () => {
      scans = await scansIn([
        ...attempts({ source: '10.0.0.1', hosts: ['10.8.0.1'], ports: range(1, 15), everyMs: 40 * minutes }),
        ...attempts({ source: '10.0.0.2', hosts: ['10.8.0.1'], ports: range(1, 14), everyMs: 40 * minutes }),
        ...attempts({ source: '10.0.0.3', hosts: subnet(25), ports: [22], everyMs: 97 * minutes }),
        ...attempts({ source: '10.0.0.4', hosts: subnet(24), ports: [22], everyMs: 97 * minutes }),
        // Monitoring asks dead hosts again and again; a file server is used; a browser meets dead ends.
        ...attempts({
          source: '10.0.0.5',
          hosts: subnet(60),
          ports: [9182],
          everyMs: 3 * minutes,
          times: 20,
        }),
        ...attempts({
          source: '10.0.0.6',
          hosts: subnet(90, '10.7.0.'),
          ports: [443],
          failedPercent: 20,
          everyMs: 12 * minutes,
        }),
        ...shared(5, '1'),
        ...shared(4, '2'),
        // As many hosts on a port, most of which answer.
        ...range(1, 40).flatMap((last) =>
          attempts({
            source: `10.1.3.${last % 8}`,
            hosts: [`10.8.3.${last}`],
            ports: [3389],
            failedPercent: 0,
          }),
        ),
      ]);
    });

    it('finds slow scans below any rate, at the thresholds and not below them, and what five sources share but not four', () => {
      assert.deepEqual(
        scans
          .map((scan) => [scan['Kind'], scan['Shape'], scan['Source'], scan['Ports'], scan['Hosts']])
          .sort(),
        [
          ['distributed', 'horizontal', '10.1.1.0, 10.1.1.1, 10.1.1.2, 10.1.1.3, 10.1.1.4', 1, 40],
          ['slow', 'horizontal', '10.0.0.3', 1, 25],
          ['slow', 'vertical', '10.0.0.1', 15, 1],
        ],
      );
    });

    it('says how long a slow scan took, by which method, and what the random walk says', () => {
      const horizontal = scans.find((scan) => scan['Kind'] === 'slow' && scan['Shape'] === 'horizontal');
      assert.deepEqual([horizontal?.['Trw'], horizontal?.['TrwContacts']], ['scanner', 4]);
      assert.match(JSON.stringify(horizontal?.['Reasons']), /25 hosts .*; over 38\.8 hours/);
      assert.match(
        JSON.stringify(horizontal?.['Method']),
        /in 7d, first contacts; score from 51; TRW \+4\/-4/,
      );
    });

    it('says how many sources share a scan', () => {
      const distributed = scans.find((scan) => scan['Kind'] === 'distributed');
      assert.equal(distributed?.['Sources'], 5);
      assert.match(JSON.stringify(distributed['Reasons']), /from 5 sources/);
    });
  });

  it('reads Zeek conn with its own names and seconds, and a firewall log', async () => {
    const events = attempts({ hosts: ['10.8.0.1'], ports: range(1, 60) });
    const zeek: Columns = {
      ts: 'real',
      id_orig_h: 'string',
      id_resp_h: 'string',
      id_resp_p: 'long',
      conn_state: 'string',
    };
    await bench.table(
      'conn',
      zeek,
      events.map((event) => ({
        ts: Date.parse(event['Timestamp'] as string) / 1000,
        id_orig_h: event['LocalIP'] ?? '',
        id_resp_h: event['RemoteIP'] ?? '',
        id_resp_p: event['RemotePort'] ?? 0,
        conn_state: 'S0',
      })),
    );
    const firewall: Columns = {
      TimeGenerated: 'datetime',
      DeviceName: 'string',
      SourceIP: 'string',
      DestinationIP: 'string',
      DestinationPort: 'int',
      DeviceAction: 'string',
    };
    await bench.table(
      'CommonSecurityLog',
      firewall,
      events.map((event) => ({
        TimeGenerated: event['Timestamp'] ?? '',
        DeviceName: 'edge-fw-1',
        SourceIP: event['LocalIP'] ?? '',
        DestinationIP: event['RemoteIP'] ?? '',
        DestinationPort: event['RemotePort'] ?? 0,
        DeviceAction: 'deny',
      })),
    );
    for (const table of ['conn', 'CommonSecurityLog']) {
      const scans = await bench.run(findScansStep, { in: table, kinds: ['vertical'] });
      assert.deepEqual(
        scans.map((scan) => [scan['Source'], scan['DeviceName'], scan['Failures'], scan['FirstSeen']]),
        [['10.9.0.1', '10.9.0.1', 60, '2025-05-07T12:31:00.0000000Z']],
        table,
      );
    }
  });

  it('leaves out noisy services by port and by program', async () => {
    const columns = { ...networkColumns, InitiatingProcessFileName: 'string' } as const;
    const rows = [
      ...attempts({ source: '10.0.0.1', hosts: subnet(40), ports: [9182] }),
      ...attempts({ source: '10.0.0.3', hosts: subnet(40), ports: [22] }),
      ...attempts({ source: '10.0.0.2', hosts: subnet(40), ports: [22] }).map((row) => ({
        ...row,
        InitiatingProcessFileName: 'Agent.exe',
      })),
    ];
    await bench.table('DeviceNetworkEvents', columns, rows);
    const scans = await bench.run(findScansStep, { exclude: [9182, 'agent.exe'], kinds: ['horizontal'] });
    assert.deepEqual(
      scans.map((scan) => scan['Source']),
      ['10.0.0.3'],
    );
  });
});
