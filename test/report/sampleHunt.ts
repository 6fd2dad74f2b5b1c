/** Finished hunts for the report's tests. */
import type { Column, ScalarType, WireValue } from '../../src/kql/types.ts';
import type { Provenance } from '../../src/notebook/cell.ts';
import type { Finding } from '../../src/notebook/finding.ts';
import type { FinishedCell, FinishedHunt, ResultHead } from '../../src/notebook/finishedHunt.ts';

type CodeCell = Extract<FinishedCell, { kind: 'code' }>;

/** `'Name:type'` texts as columns. */
export function columns(...specifications: string[]): Column[] {
  return specifications.map((specification) => {
    const [name = '', type = 'string'] = specification.split(':');
    return { name, type: type as ScalarType };
  });
}

export function prose(text: string): FinishedCell {
  return { kind: 'prose', text };
}

export function code(language: string, text: string, rest: Partial<CodeCell> = {}): CodeCell {
  return {
    kind: 'code',
    language,
    text,
    results: [],
    loaded: [],
    notices: [],
    errors: [],
    isStale: false,
    hasRun: true,
    ...rest,
  };
}

const source = {
  table: 'DeviceNetworkEvents',
  path: 'logs/DeviceNetworkEvents.csv.gz',
  sha256: 'c5b1a6d2c7a6d3f0e9b8a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e6',
  rows: 38211,
};

export function provenance(query: string, rest: Partial<Provenance> = {}): Provenance {
  return {
    query,
    language: 'kql',
    engine: 'local (DuckDB 1.5.6)',
    sources: [source],
    startedAt: '2025-06-01T08:00:00.123Z',
    durationMs: 42,
    rowCount: 1,
    ...rest,
  };
}

export function result(
  heads: Column[],
  rows: readonly (readonly WireValue[])[],
  rest: Partial<ResultHead> = {},
): ResultHead {
  return { columns: heads, rows, totalRows: rows.length, provenance: provenance('q'), ...rest };
}

export function finding(rest: Partial<Finding> = {}): Finding {
  const rows = rest.rows ?? [];
  return {
    title: 'Evidence',
    note: '',
    severity: 'medium',
    techniques: [],
    origin: 'step',
    columns: [],
    totalRows: rows.length,
    ...rest,
    rows,
  };
}

export function hunt(rest: Partial<FinishedHunt> = {}): FinishedHunt {
  return { frontMatter: { params: [] }, fileName: 'case.hunt.md', cells: [], findings: [], ...rest };
}

export const reportOptions = { generatedAt: new Date('2025-06-01T09:00:00Z'), version: '0.1.0' };

const scanColumns = columns(
  'DeviceName',
  'SourceIP',
  'Kind',
  'FirstSeen:datetime',
  'LastSeen:datetime',
  'DistinctPorts:long',
  'DistinctHosts:long',
  'FailureRatio:real',
  'Severity',
);
const scanRows: WireValue[][] = [
  [
    'windows-target-1',
    '10.0.0.5',
    'vertical',
    '2025-05-07T12:37:46.3178130Z',
    '2025-05-07T12:39:02.0000000Z',
    1024,
    3,
    0.98,
    'high',
  ],
  [
    'vuln-scanner-1',
    '10.0.0.42',
    'block',
    '2025-05-07T03:00:00.0000000Z',
    '2025-05-07T04:10:00.0000000Z',
    200,
    60,
    0.71,
    'medium',
  ],
];

const suspectColumns = columns(
  'DeviceName',
  'Timestamp:datetime',
  'FileName',
  'ProcessCommandLine',
  'AccountDomain',
  'AccountName',
  'SHA1',
  'Score:int',
  'Reasons',
);
const suspectRows: WireValue[][] = [
  [
    'windows-target-1',
    '2025-05-07T12:37:44.9000000Z',
    'powershell.exe',
    'powershell.exe -ExecutionPolicy Bypass -File C:\\programdata\\portscan.ps1',
    'nt authority',
    'system',
    'f43d9bb316e30ae1a3494ac5b0624f6bea1bf054',
    9,
    'started 1.4 s before the first connection; script host; script file in the command line; SYSTEM',
  ],
];

/** The port-scan hunt, finished. */
export function portScanHunt(): FinishedHunt {
  const scans = result(scanColumns, scanRows, {
    publishedAs: 'Scans',
    provenance: provenance('find-scans:\n  in: DeviceNetworkEvents\n', {
      language: 'hunt',
      kql: 'DeviceNetworkEvents\n| summarize Ports = dcount(RemotePort) by DeviceName',
    }),
  });
  const suspects = result(suspectColumns, suspectRows, {
    publishedAs: 'Suspects',
    provenance: provenance('correlate-processes:\n  with: Scans\n', { language: 'hunt' }),
  });
  const techniques = result(
    columns('Technique', 'Name', 'Tactic', 'Status', 'Confidence', 'Evidence'),
    [
      ['T1046', 'Network Service Discovery', 'Discovery', 'observed', 'high', '2 scans by 10.0.0.5'],
      [
        'T1059.001',
        'PowerShell',
        'Execution',
        'observed',
        'high',
        'portscan.ps1 ran in powershell.exe (T1086 is revoked by T1059.001)',
      ],
      ['T1053', 'Scheduled Task/Job', 'Persistence', 'suspected', 'low', 'named by the hunter'],
    ],
    {
      publishedAs: 'Techniques',
      provenance: provenance('map-ttps:\n  from: [Scans, Suspects]\n', { language: 'hunt' }),
    },
  );
  const failuresQuery =
    'DeviceNetworkEvents\n| where ActionType == "ConnectionFailed"\n| summarize Failures = count() by LocalIP, RemotePort\n| as FailedConnections\n';
  const failures = result(
    columns('LocalIP', 'RemotePort:int', 'Failures:long'),
    Array.from({ length: 30 }, (_, index) => ['10.0.0.5', index + 1, 3]),
    { totalRows: 1024, publishedAs: 'FailedConnections', provenance: provenance(failuresQuery) },
  );
  return hunt({
    frontMatter: {
      title: 'Internal port scan on windows-target-1',
      hypothesis: 'An internal host scans the network or moves large files.',
      severity: 'high',
      params: [],
    },
    fileName: 'port-scan.hunt.md',
    cells: [
      prose(
        '# Internal port scan on windows-target-1\n\nThe server team reported **performance degradation** of legacy systems in `10.0.0.0/16`.\n',
      ),
      prose(
        '## 1. 🧰 Preparation\n\n- Traffic inside the network is unrestricted.\n- PowerShell is unrestricted.\n\n### Scope\n\nOne day, all hosts.\n',
      ),
      prose('## 2. 📥 Data Collection\n'),
      code('hunt', 'load:\n  DeviceNetworkEvents: logs/DeviceNetworkEvents.csv.gz\n', {
        loaded: [
          {
            name: 'DeviceNetworkEvents',
            rows: 38211,
            sources: [{ ...source, sizeBytes: 631083 }],
            rejects: {
              count: 1,
              first: [{ file: source.path, line: 4711, reason: '19 fields instead of 21' }],
            },
            notices: [],
          },
        ],
      }),
      code('kql', failuresQuery, { results: [failures] }),
      prose('### 3. Data Analysis\n'),
      code('hunt', 'find-scans:\n  in: DeviceNetworkEvents\n', { results: [scans] }),
      prose('The ports are **sequential**.\n'),
      code('hunt', 'correlate-processes:\n  with: Scans\n', { results: [suspects], isStale: true }),
      prose('### 4. Investigation\n\n| Tactic | ID |\n|---|---|\n| Discovery | T1046 |\n'),
      code('hunt', 'map-ttps:\n  from: [Scans, Suspects]\n', { results: [techniques] }),
      code('kql', 'Nope | take 1', {
        errors: [{ code: 'KS204', message: 'There is no table Nope.', start: 0, length: 4 }],
      }),
      prose('## 5. 🚨 Response\n\n1. Isolated `windows-target-1`.\n2. Filed a ticket to rebuild it.\n'),
      prose(
        '## 6. Documentation\n\nSee the ticket.\n\n## References\n\n[ATT&CK](https://attack.mitre.org/)\n',
      ),
    ],
    findings: [
      finding({
        title: 'Network scans from two hosts',
        severity: 'high',
        techniques: ['T1046'],
        columns: scanColumns,
        rows: scanRows,
      }),
      finding({
        title: 'portscan.ps1 behind the scan',
        note: 'Nobody in the team owns this script.',
        severity: 'high',
        techniques: ['T1086'],
        origin: 'pinned',
        columns: suspectColumns,
        rows: suspectRows,
      }),
    ],
  });
}
