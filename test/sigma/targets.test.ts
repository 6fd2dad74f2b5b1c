import assert from 'node:assert/strict';
import { sigmaQueries } from '../../src/sigma/sigmaQuery.ts';
import { openWorkbench, type Columns, type Row, type Workbench } from '../steps/support/workbench.ts';

describe('tables that Sigma rules run on', () => {
  let bench: Workbench;
  beforeEach(async () => {
    bench = await openWorkbench();
  });
  afterEach(() => bench.dispose());

  const text = (category: string, selection: string): string =>
    `title: T\nlogsource: { category: ${category}, product: windows }\ndetection:\n  s: { ${selection} }\n  condition: s\n`;

  /** How many rows the rule matches, or why it does not run. */
  async function found(rule: string): Promise<number | string> {
    const compiled = sigmaQueries(rule, { schema: bench.engine.schema() });
    if (!compiled.ok) return compiled.errors.map(({ kind, message }) => `${kind}: ${message}`).join('\n');
    return (await bench.query(compiled.queries[0]?.kql ?? '')).length;
  }

  const rawColumns: Columns = {
    TimeCreated: 'datetime',
    Computer: 'string',
    Channel: 'string',
    EventID: 'long',
    EventData: 'dynamic',
  };
  const raw = (Channel: string, EventID: number, EventData: Row): Row => ({
    TimeCreated: '2024-05-01T10:00:00Z',
    Computer: 'pc',
    Channel,
    EventID,
    EventData,
  });

  it('are raw events by channel and id; Security 4688 answers what it has fields for', async () => {
    await bench.table('Logs', rawColumns, [
      raw('Microsoft-Windows-Sysmon/Operational', 1, {
        Image: 'C:\\a\\cmd.exe',
        CommandLine: 'x',
        OriginalFileName: 'Cmd.Exe',
      }),
      raw('Security', 4688, { NewProcessName: 'C:\\a\\cmd.exe', CommandLine: 'x' }),
      raw('Microsoft-Windows-Sysmon/Operational', 7, { Image: 'C:\\a\\cmd.exe' }),
    ]);
    assert.equal(await found(text('process_creation', "Image|endswith: '\\cmd.exe'")), 2);
    assert.equal(
      await found(text('process_creation', "Image|endswith: '\\cmd.exe', OriginalFileName: cmd.exe")),
      1,
    );
    assert.equal(await found(text('image_load', "Image|endswith: '\\cmd.exe'")), 1);
  });

  it('are events whose XML became JSON', async () => {
    const system = {
      Provider: { '#attributes': { Name: 'P' } },
      Channel: 'System',
      EventID: { '#text': 7045 },
    };
    await bench.table('Dump', { Event: 'dynamic' }, [
      { Event: { System: system, EventData: { ServiceName: 'evil' } } },
    ]);
    const rule =
      'title: T\nlogsource: { product: windows, service: system }\ndetection:\n  s: { Provider_Name: p, EventID: 7045, ServiceName: EVIL }\n  condition: s\n';
    assert.equal(await found(rule), 1);
  });

  it('are the Device tables, values as Sysmon writes them', async () => {
    const registry: Columns = {
      ActionType: 'string',
      RegistryKey: 'string',
      RegistryValueName: 'string',
      RegistryValueData: 'string',
      RegistryValueType: 'string',
    };
    await bench.table('DeviceRegistryEvents', registry, [
      {
        ActionType: 'RegistryValueSet',
        RegistryKey: 'HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\x',
        RegistryValueName: 'Start',
        RegistryValueData: '4',
        RegistryValueType: 'Dword',
      },
    ]);
    const selection =
      "TargetObject: 'HKLM\\System\\CurrentControlSet\\Services\\x\\Start', Details: 'DWORD (0x00000004)'";
    assert.equal(await found(text('registry_set', selection)), 1);
    assert.match(
      String(await found(text('registry_set', 'Image: x'))),
      /^field: `Image` is not in DeviceRegistryEvents/,
    );
    assert.match(
      String(await found(text('process_creation', 'Image: x'))),
      /^no-table: No table of this session holds windows process_creation/,
    );
  });

  it('never have import hashes in the Device tables', async () => {
    await bench.table('DeviceProcessEvents', { MD5: 'string', SHA1: 'string', SHA256: 'string' }, [
      { MD5: 'ab', SHA1: '', SHA256: '' },
    ]);
    assert.equal(await found(text('process_creation', "Hashes|contains: 'MD5=AB'")), 1);
    assert.match(
      String(await found(text('process_creation', "Hashes|contains: 'IMPHASH=AB'"))),
      /has no import hashes/,
    );
  });
});
