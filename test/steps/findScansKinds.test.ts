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

  it('finds slow scans below any rate, at the thresholds and not below them', async () => {
    const scans = await scansIn([
      ...attempts({ source: '10.0.0.1', hosts: ['10.8.0.1'], ports: range(1, 15), everyMs: 40 * minutes }),
      ...attempts({ source: '10.0.0.2', hosts: ['10.8.0.1'], ports: range(1, 14), everyMs: 40 * minutes }),
      ...attempts({ source: '10.0.0.3', hosts: subnet(25), ports: [22], everyMs: 97 * minutes }),
      ...attempts({ source: '10.0.0.4', hosts: subnet(24), ports: [22], everyMs: 97 * minutes }),
      // Monitoring asks dead hosts again and again; a file server is used; a browser meets dead ends.
      ...attempts({ source: '10.0.0.5', hosts: subnet(60), ports: [9182], everyMs: 3 * minutes, times: 20 }),
      ...attempts({
        source: '10.0.0.6',
        hosts: subnet(90, '10.7.0.'),
        ports: [443],
        failedPercent: 20,
        everyMs: 12 * minutes,
      }),
    ]);
    assert.deepEqual(
      scans.map((scan) => [scan['Source'], scan['Kind'], scan['Shape'], scan['Ports'], scan['Hosts']]).sort(),
      [
        ['10.0.0.1', 'slow', 'vertical', 15, 1],
        ['10.0.0.3', 'slow', 'horizontal', 1, 25],
      ],
    );
    const horizontal = scans.find((scan) => scan['Shape'] === 'horizontal');
    assert.deepEqual([horizontal?.['Trw'], horizontal?.['TrwContacts']], ['scanner', 4]);
    assert.match(JSON.stringify(horizontal?.['Reasons']), /25 hosts .*; over 38\.8 hours/);
    assert.match(JSON.stringify(horizontal?.['Method']), /in 7d, first contacts; score from 51; TRW \+4\/-4/);
  });

  it('finds what many sources share, from five on', async () => {
    const shared = (sources: number, net: string, start: string): Row[] =>
      range(1, 40).flatMap((last) =>
        attempts({
          source: `10.0.${net}.${last % sources}`,
          hosts: [`10.8.${net}.${last}`],
          ports: [445],
          start: new Date(Date.parse(start) + last * 2 * minutes).toISOString(),
        }),
      );
    const scans = await scansIn([
      ...shared(5, '1', '2025-05-07T10:00:00Z'),
      ...shared(4, '2', '2025-05-07T10:00:00Z'),
      // The same number of hosts on a port, most of which answer.
      ...range(1, 40).flatMap((last) =>
        attempts({
          source: `10.0.3.${last % 8}`,
          hosts: [`10.8.3.${last}`],
          ports: [3389],
          failedPercent: 0,
        }),
      ),
    ]);
    assert.deepEqual(
      scans.map((scan) => [scan['Kind'], scan['Shape'], scan['Sources'], scan['Hosts']]),
      [['distributed', 'horizontal', 5, 40]],
    );
    assert.equal(scans[0]?.['Source'], '10.0.1.0, 10.0.1.1, 10.0.1.2, 10.0.1.3, 10.0.1.4');
    assert.match(JSON.stringify(scans[0]['Reasons']), /from 5 sources/);
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
      ...attempts({ source: '10.0.0.2', hosts: subnet(40), ports: [22] }).map((row) => ({
        ...row,
        InitiatingProcessFileName: 'Agent.exe',
      })),
    ];
    await bench.table('DeviceNetworkEvents', columns, rows);
    const sources = async (exclude: unknown) =>
      (await bench.run(findScansStep, { exclude, kinds: ['horizontal'] })).map((scan) => scan['Source']);
    assert.deepEqual(await sources([9182]), ['10.0.0.2']);
    assert.deepEqual(await sources(['agent.exe']), ['10.0.0.1']);
  });
});
