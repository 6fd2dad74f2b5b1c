/** Raw events in the shape of published tables, and the published-style hunts that then find the attacks in them. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Lenses } from '../../src/data/lenses/lenses.ts';
import { lensOf, lensTables } from '../../src/data/lenses/registry.ts';
import { loadTable } from '../../src/data/loadTable.ts';
import type { LocalEngine } from '../../src/engine/local/localEngine.ts';
import { openLocalEngine } from '../../src/engine/local/openLocalEngine.ts';
import { createKqlService } from '../../src/kql/index.ts';
import type { WireValue } from '../../src/kql/types.ts';

const kql = createKqlService();
const datasets = resolve(import.meta.dirname, '../../../shared/datasets');

const sysmonChannel = 'Microsoft-Windows-Sysmon/Operational';
const hashes = `SHA1=${'A1'.repeat(20)},MD5=${'B2'.repeat(16)},SHA256=${'C3'.repeat(32)},IMPHASH=00`;

/** A parent and its child by Sysmon, a connection of the child, and the same child by Security. */
const flatEvents = [
  {
    '@timestamp': '2024-05-01T10:00:00.000Z',
    Hostname: 'PC1.corp.example',
    Channel: sysmonChannel,
    EventID: 1,
    RecordNumber: 1,
    ProcessGuid: '{1}',
    ProcessId: '100',
    Image: 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
    CommandLine: 'powershell.exe -enc AAAA',
    User: 'CORP\\Ann',
    ParentProcessGuid: '{0}',
    ParentProcessId: '50',
    ParentImage: 'C:\\Windows\\explorer.exe',
    ParentCommandLine: 'explorer.exe',
    Hashes: hashes,
    IntegrityLevel: 'High',
    UtcTime: '2024-05-01 05:00:00.000',
  },
  {
    '@timestamp': '2024-05-01T10:00:01.000Z',
    Hostname: 'PC1.corp.example',
    Channel: sysmonChannel,
    EventID: 3,
    RecordNumber: 2,
    ProcessGuid: '{1}',
    ProcessId: '100',
    Image: 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
    User: 'CORP\\Ann',
    Protocol: 'tcp',
    Initiated: 'true',
    SourceIp: '10.0.0.1',
    SourcePort: '50000',
    DestinationIp: '203.0.113.9',
    DestinationPort: '443',
    DestinationHostname: 'c2.example',
    RuleName: 'rule-7',
  },
  {
    '@timestamp': '2024-05-01T10:00:00.000Z',
    Hostname: 'pc1.corp.example',
    Channel: 'security',
    EventID: 4688,
    RecordNumber: 3,
    NewProcessName: 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
    NewProcessId: '0x64',
    SubjectUserName: 'Ann',
    SubjectDomainName: 'CORP',
    TargetUserName: '-',
  },
  {
    '@timestamp': '2024-05-01T10:00:01.500Z',
    Hostname: 'PC1.corp.example',
    Channel: 'Security',
    EventID: 4688,
    RecordNumber: 6,
    NewProcessName: 'C:\\Windows\\System32\\excluded-from-sysmon.exe',
    NewProcessId: '0x20',
    ProcessId: '0x64',
    SubjectUserName: 'Ann',
    SubjectDomainName: 'CORP',
  },
  {
    '@timestamp': '2024-05-01T10:00:02.000Z',
    Hostname: 'PC2.corp.example',
    Channel: 'Security',
    EventID: 4688,
    RecordNumber: 4,
    NewProcessName: 'C:\\Windows\\System32\\whoami.exe',
    NewProcessId: '0x1f4',
    ProcessId: '0x10',
    ParentProcessName: 'C:\\Windows\\System32\\cmd.exe',
    CommandLine: 'whoami /all',
    SubjectUserName: 'PC2$',
    SubjectDomainName: 'CORP',
    TargetUserName: 'Bob',
    TargetDomainName: 'CORP',
  },
  {
    '@timestamp': '2024-05-01T10:00:03.000Z',
    Hostname: 'PC2.corp.example',
    Channel: sysmonChannel,
    EventID: 13,
    RecordNumber: 5,
    EventType: 'SetValue',
    Image: 'C:\\Windows\\regedit.exe',
    TargetObject: 'HKLM\\SOFTWARE\\Run\\Updater',
    Details: 'DWORD (0x0000000a)',
  },
];

describe('a lens', () => {
  let folder = '';
  let engine: LocalEngine;
  let lenses: Lenses;
  let loaded: string[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hunt-lens-'));
    engine = await openLocalEngine({ folder: join(folder, 'session'), kql });
    loaded = [];
    lenses = new Lenses(engine, () => loaded);
  });

  afterEach(async () => {
    await engine.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  async function load(table: string, path: string): Promise<void> {
    await loadTable(engine, { table, paths: [path], folder, allowPath: () => Promise.resolve(true) });
    loaded.push(table);
  }

  async function loadRows(table: string, rows: readonly object[]): Promise<void> {
    const path = join(folder, `${table}.ndjson`);
    await writeFile(path, rows.map((row) => JSON.stringify(row)).join('\n'));
    await load(table, path);
  }

  async function rows(text: string): Promise<readonly (readonly WireValue[])[]> {
    const outcome = await engine.query(text);
    assert.ok(outcome.ok, outcome.ok ? '' : outcome.errors[0]?.message);
    const table = outcome.results.at(-1)?.table;
    assert.ok(table);
    return (await table.page({ offset: 0, limit: 1000 })).rows;
  }

  it('shows process creations once, by Sysmon where it tells of them too', async () => {
    await loadRows('Events', flatEvents);
    assert.match((await lenses.make('DeviceProcessEvents')) ?? '', /Events \(Sysmon 1, Security 4688\)/);
    assert.deepEqual(
      await rows(
        `DeviceProcessEvents | sort by Timestamp asc
         | project Timestamp, DeviceName, FileName, ProcessId, ProcessCommandLine, AccountName, AccountDomain, InitiatingProcessFileName, InitiatingProcessId, SHA1`,
      ),
      [
        [
          '2024-05-01T10:00:00.0000000Z',
          'pc1.corp.example',
          'powershell.exe',
          100,
          'powershell.exe -enc AAAA',
          'ann',
          'corp',
          'explorer.exe',
          50,
          'a1'.repeat(20),
        ],
        [
          '2024-05-01T10:00:01.5000000Z',
          'pc1.corp.example',
          'excluded-from-sysmon.exe',
          32,
          '',
          'ann',
          'corp',
          '',
          100,
          '',
        ],
        [
          '2024-05-01T10:00:02.0000000Z',
          'pc2.corp.example',
          'whoami.exe',
          500,
          'whoami /all',
          'bob',
          'corp',
          'cmd.exe',
          16,
          '',
        ],
      ],
    );
  });

  it('knows the process of a connection from its creation', async () => {
    await loadRows('Events', flatEvents);
    await lenses.make('DeviceNetworkEvents');
    assert.deepEqual(
      await rows(
        'DeviceNetworkEvents | project ActionType, LocalIP, RemoteIP, RemotePort, RemoteUrl, Protocol, InitiatingProcessCommandLine, InitiatingProcessParentFileName, InitiatingProcessIntegrityLevel',
      ),
      [
        [
          'ConnectionSuccess',
          '10.0.0.1',
          '203.0.113.9',
          443,
          'c2.example',
          'Tcp',
          'powershell.exe -enc AAAA',
          'explorer.exe',
          'High',
        ],
      ],
    );
    assert.deepEqual(
      await rows(
        'DeviceNetworkEvents | extend F = parse_json(AdditionalFields) | project tostring(F.RuleName), isnull(F.DestinationIp)',
      ),
      [['rule-7', true]],
    );
    assert.deepEqual(await rows('DeviceNetworkEvents | project bag_keys(parse_json(AdditionalFields))'), [
      [['RuleName']],
    ]);
  });

  it('answers queries in the style of Sentinel too, which name TimeGenerated and Type', async () => {
    await loadRows('Events', flatEvents);
    await lenses.make('DeviceNetworkEvents');
    assert.deepEqual(
      await rows(
        'DeviceNetworkEvents | where TimeGenerated between (datetime(2024-05-01) .. 1d) | project TimeGenerated == Timestamp, Type',
      ),
      [[true, 'DeviceNetworkEvents']],
    );
  });

  it('writes registry keys as Defender does', async () => {
    await loadRows('Events', flatEvents);
    await lenses.make('DeviceRegistryEvents');
    assert.deepEqual(
      await rows(
        'DeviceRegistryEvents | project ActionType, RegistryKey, RegistryValueName, RegistryValueData, RegistryValueType',
      ),
      [['RegistryValueSet', 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Run', 'Updater', '10', 'Dword']],
    );
  });

  it('says by the state of a connection whether it came about', async () => {
    const states = ['S0', 'SF', 'REJ', 'RSTO', 'RSTOS0', 'OTH'];
    await loadRows(
      'Conn',
      states.map((conn_state, at) => ({
        ts: 1_700_000_000.5 + at,
        uid: `C${at}`,
        'id.orig_h': '10.0.0.1',
        'id.orig_p': 1,
        'id.resp_h': '10.0.0.2',
        'id.resp_p': 22,
        proto: 'tcp',
        conn_state,
      })),
    );
    await lenses.make('DeviceNetworkEvents');
    assert.deepEqual(
      (await rows('DeviceNetworkEvents | sort by Timestamp asc | project ActionType')).flat(),
      [
        'ConnectionFailed',
        'ConnectionSuccess',
        'ConnectionFailed',
        'ConnectionSuccess',
        'ConnectionFailed',
        'ConnectionFound',
      ],
    );
    assert.deepEqual((await rows('DeviceNetworkEvents | summarize min(Timestamp)')).flat(), [
      '2023-11-14T22:13:20.5000000Z',
    ]);
  });

  it('has every column of the published table, with its type', async () => {
    await loadRows('Events', flatEvents);
    for (const table of lensTables) {
      await lenses.make(table);
      const made = engine.schema().tables.find(({ name }) => name === table);
      assert.deepEqual(
        made?.columns.map(({ name, type }) => [name, type]),
        [...(lensOf(table)?.columns ?? [])],
        table,
      );
    }
  });

  it('follows what is loaded later, and leaves a name alone that something else has taken', async () => {
    await loadRows('Events', flatEvents);
    await lenses.make('DeviceProcessEvents');
    await loadRows(
      'More',
      flatEvents.map((event) => ({ ...event, Hostname: `other-${event.Hostname}` })),
    );
    await lenses.refresh();
    assert.deepEqual(await rows('DeviceProcessEvents | count'), [[6]]);
    await rows('print A = 1 | as DeviceProcessEvents');
    await lenses.refresh();
    assert.deepEqual(await rows('DeviceProcessEvents'), [[1]]);
    assert.equal(await lenses.make('DeviceProcessEvents'), undefined);
  });

  it('makes nothing of results, of other tables, or of sources without such events', async () => {
    await loadRows('Conn', [{ A: 1 }]);
    await rows(
      `print EventID = 1, Channel = '${sysmonChannel}', Computer = 'x', TimeCreated = now() | as Result`,
    );
    assert.equal(lenses.canMake('DeviceProcessEvents'), false);
    assert.equal(await lenses.make('DeviceProcessEvents'), undefined);
    assert.equal(await lenses.make('NoSuchTable'), undefined);
  });
});

/** Each recorded attack, a hunt in the style of the published ones, and what it must find. */
const hunts = [
  {
    file: 'schtask_create.json.gz',
    query: `DeviceProcessEvents
      | where FileName =~ "schtasks.exe" and ProcessCommandLine has_all ("/create", "/s")
      | project DeviceName, InitiatingProcessFileName`,
    finds: [['workstation5.theshire.local', 'cmd.exe']],
  },
  {
    file: 'schtask_create.json.gz',
    query: `DeviceEvents
      | where ActionType == "ScheduledTaskCreated"
      | extend TaskName = tostring(parse_json(AdditionalFields).TaskName)
      | where TaskName startswith @"\\Microsoft\\Windows\\SoftwareProtectionPlatform"
      | project DeviceName, InitiatingProcessAccountName`,
    finds: [['workstation6.theshire.local', 'pgustavo']],
  },
  {
    file: 'empire_shell_net_localgroup_administrators.json.gz',
    query: `DeviceProcessEvents
      | where FileName in~ ("net.exe", "net1.exe") and ProcessCommandLine has_all ("localgroup", "administrators")
      | where InitiatingProcessFileName =~ "powershell.exe"
      | project DeviceName, AccountName`,
    finds: [['workstation5.theshire.local', 'pgustavo']],
  },
  {
    file: 'empire_shell_net_localgroup_administrators.json.gz',
    query: `SecurityEvent
      | where EventID == 4799 and TargetUserName == "Administrators" and Account !endswith "$"
      | summarize by Computer, Account`,
    finds: [['WORKSTATION5.theshire.local', 'THESHIRE\\pgustavo']],
  },
  {
    file: 'psh_powershell_httplistener.json.gz',
    query: `DeviceNetworkEvents
      | where ActionType == "ListeningConnectionCreated"
      | project LocalPort, InitiatingProcessFileName`,
    finds: [[8000, 'System']],
  },
  {
    file: 'covenant_sharpwmi_create_dcerpc_wmi.json.gz',
    query: `DeviceProcessEvents
      | where InitiatingProcessFileName =~ "wmiprvse.exe"
      | project DeviceName, FileName, AccountName`,
    finds: [['workstation6.theshire.local', 'GruntHTTP2.exe', 'pgustavo']],
  },
  {
    file: 'empire_find_localadmin_smb_svcctl_OpenSCManager.json.gz',
    query: `DeviceNetworkEvents
      | where InitiatingProcessFileName =~ "powershell.exe" and RemotePort in (135, 389, 445)
      | summarize Hosts = dcount(RemoteIP) by DeviceName`,
    finds: [['workstation5.theshire.local', 2]],
  },
  {
    file: 'psh_python_webserver.json.gz',
    query: `DeviceProcessEvents
      | where FileName =~ "python.exe" and ProcessCommandLine has "http.server"
      | join kind=inner (DeviceNetworkEvents | where ActionType == "ListeningConnectionCreated"
          | project Listener = tolower(InitiatingProcessFileName), LocalPort) on $left.FileName == $right.Listener
      | project FileName, LocalPort`,
    finds: [['python.exe', 8000]],
  },
  {
    file: 'zeek/simplescan_portscan_conn.jsonl',
    query: `DeviceNetworkEvents
      | where ActionType == "ConnectionFailed"
      | summarize Ports = dcount(RemotePort) by LocalIP, RemoteIP
      | where Ports >= 10`,
    finds: [['192.168.2.154', '192.168.2.22', 10]],
  },
  {
    file: 'zeek/apt29_day2_utica-a_conn.json.gz',
    query: `DeviceNetworkEvents
      | where RemoteIP == "192.168.0.4" and RemotePort == 443
      | summarize Connections = count() by LocalIP
      | where Connections > 200`,
    finds: [['10.0.1.5', 283]],
  },
] as const;

describe('hunts on recorded attacks', function () {
  before(function () {
    if (existsSync(datasets)) return;
    console.log(`    recorded attacks are not hunted: there is no folder ${datasets}`);
    this.skip();
  });

  for (const { file, query, finds } of hunts) {
    it(`find the attack in ${file}: ${/\w+/.exec(query)?.[0] ?? ''}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'hunt-lens-'));
      const engine = await openLocalEngine({ folder, kql });
      try {
        const load = { table: 'Events', paths: [join(datasets, file)], folder };
        await loadTable(engine, { ...load, allowPath: () => Promise.resolve(true) });
        const lenses = new Lenses(engine, () => ['Events']);
        for (const table of lensTables) if (query.includes(table)) await lenses.make(table);
        const outcome = await engine.query(query);
        assert.ok(outcome.ok, outcome.ok ? '' : outcome.errors[0]?.message);
        const table = outcome.results.at(-1)?.table;
        assert.deepEqual((await table?.page({ offset: 0, limit: 100 }))?.rows, finds);
      } finally {
        await engine.dispose();
        await rm(folder, { recursive: true, force: true });
      }
    });
  }
});
