/** A million process events in the shape of Defender's DeviceProcessEvents, made by SQL and the same on every run. */
import type { LocalEngine } from '../../../src/engine/local/localEngine.ts';
import type { Column } from '../../../src/kql/types.ts';

const texts = [
  'DeviceName',
  'ActionType',
  'FileName',
  'FolderPath',
  'ProcessCommandLine',
  'ProcessVersionInfoOriginalFileName',
  'ProcessVersionInfoFileDescription',
  'ProcessVersionInfoProductName',
  'ProcessVersionInfoCompanyName',
  'ProcessVersionInfoProductVersion',
  'ProcessIntegrityLevel',
  'AccountDomain',
  'AccountName',
  'MD5',
  'SHA1',
  'SHA256',
  'InitiatingProcessFolderPath',
  'InitiatingProcessCommandLine',
  'InitiatingProcessAccountDomain',
  'InitiatingProcessAccountName',
] as const;

export const processColumns: readonly Column[] = [
  { name: 'Timestamp', type: 'datetime' },
  ...texts.map((name) => ({ name, type: 'string' as const })),
  { name: 'ProcessId', type: 'long' },
  { name: 'InitiatingProcessId', type: 'long' },
];

const windows = 'C:\\Windows\\System32\\';
const vendor = 'C:\\Program Files\\Vendor\\App\\';
const own = "C:\\Users\\user' || (hash(i) % 800) || '\\AppData\\Local\\Programs\\";

/** What programs are started with; command lines hold ids, paths and numbers, so that hardly any two are the same. */
const argumentsOf = {
  shell: "/c start /b build-' || md5(CAST(i AS VARCHAR)) || '.cmd --verbose",
  script: "-NoProfile -File C:\\Scripts\\job' || (hash(i) % 9000) || '.ps1 -Id ' || i || '",
  browser: "--type=renderer --lang=en-US --client-id=' || i || '",
  registry: "query HKLM\\Software\\Vendor\\' || (hash(i) % 7000) || '",
  task: "/run /tn task-' || (hash(i) % 3000) || '",
  address: "https://intranet.example/' || md5(CAST(i AS VARCHAR)) || '",
} as const;

/** Programs as a fleet runs them, a few very often, shells and script hosts among them: folder, parents, arguments. */
const programs: readonly (readonly [string, string, string, keyof typeof argumentsOf])[] = [
  ['svchost.exe', windows, 'services.exe', 'script'],
  ['conhost.exe', windows, 'cmd.exe powershell.exe', 'script'],
  ['cmd.exe', windows, 'explorer.exe agent.exe', 'shell'],
  ['powershell.exe', windows, 'explorer.exe agent.exe', 'script'],
  ['chrome.exe', vendor, 'chrome.exe explorer.exe', 'browser'],
  ['msedge.exe', vendor, 'msedge.exe explorer.exe', 'browser'],
  ['rundll32.exe', windows, 'svchost.exe', 'script'],
  ['taskhostw.exe', windows, 'svchost.exe', 'task'],
  ['reg.exe', windows, 'cmd.exe agent.exe', 'registry'],
  ['net.exe', windows, 'cmd.exe', 'address'],
  ['schtasks.exe', windows, 'cmd.exe agent.exe', 'task'],
  ['wmic.exe', windows, 'cmd.exe', 'registry'],
  ['git.exe', vendor, 'code.exe cmd.exe', 'address'],
  ['node.exe', vendor, 'code.exe cmd.exe', 'shell'],
  ['python.exe', own, 'code.exe cmd.exe', 'shell'],
  ['java.exe', vendor, 'agent.exe', 'browser'],
  ['winword.exe', vendor, 'explorer.exe outlook.exe', 'address'],
  ['excel.exe', vendor, 'explorer.exe outlook.exe', 'address'],
  ['outlook.exe', vendor, 'explorer.exe', 'browser'],
  ['teams.exe', own, 'explorer.exe teams.exe', 'browser'],
  ['msiexec.exe', windows, 'services.exe', 'task'],
  ['regsvr32.exe', windows, 'msiexec.exe', 'registry'],
  ['cscript.exe', windows, 'agent.exe', 'script'],
  ['wscript.exe', windows, 'explorer.exe', 'script'],
  ['mshta.exe', windows, 'explorer.exe', 'address'],
  ['certutil.exe', windows, 'cmd.exe', 'address'],
  ['whoami.exe', windows, 'cmd.exe powershell.exe', 'shell'],
  ['ipconfig.exe', windows, 'cmd.exe powershell.exe', 'shell'],
  ['nslookup.exe', windows, 'cmd.exe powershell.exe', 'address'],
  ['ping.exe', windows, 'cmd.exe', 'address'],
  ['sc.exe', windows, 'cmd.exe', 'registry'],
  ['tasklist.exe', windows, 'cmd.exe', 'shell'],
  ['updater.exe', own, 'svchost.exe', 'browser'],
  ['agent.exe', vendor, 'services.exe', 'browser'],
  ['backup.exe', vendor, 'agent.exe', 'task'],
  ['devenv.exe', vendor, 'explorer.exe', 'shell'],
  ['code.exe', own, 'explorer.exe code.exe', 'browser'],
  ['explorer.exe', 'C:\\Windows\\', 'userinit.exe', 'browser'],
  ['notepad.exe', windows, 'explorer.exe', 'address'],
  ['dllhost.exe', windows, 'svchost.exe', 'script'],
];

/** Of so many processes one is started by any program, in any folder, with any arguments. */
const oneIsOdd = 100;

const listOf = (items: readonly string[]): string => `[${items.join(', ')}]`;
const quoted = (text: string): string => `'${text}'`;

/** Makes the table of `rows` processes. */
export async function makeProcessLog(engine: LocalEngine, rows: number): Promise<void> {
  const any = (items: readonly string[], salt: number): string =>
    `${listOf(items)}[1 + CAST(hash(i + ${salt}) % ${items.length} AS INTEGER)]`;
  const usual = (items: readonly string[], odd: string): string =>
    `CASE WHEN hash(i + 10) % ${oneIsOdd} = 0 THEN ${odd} ELSE ${listOf(items)}[place] END`;
  const names = programs.map(([name]) => quoted(name));
  const folder = usual(
    programs.map(([, at]) => quoted(at)),
    any([windows, vendor, own, 'C:\\Windows\\SysWOW64\\'].map(quoted), 8),
  );
  const parent = usual(
    programs.map(([, , parents]) => any(parents.split(' ').map(quoted), 2)),
    any(names, 2),
  );
  const args = usual(
    programs.map(([, , , kind]) => quoted(argumentsOf[kind])),
    any(Object.values(argumentsOf).map(quoted), 9),
  );
  const columns: Readonly<Record<string, string>> = {
    Timestamp: '638500000000000000 + i * 1000000',
    DeviceName: "'device-' || (hash(i) % 500)",
    ActionType: "'ProcessCreated'",
    FileName: 'program',
    FolderPath: 'folder || program',
    ProcessCommandLine: "'\"' || folder || program || '\" ' || arguments",
    ProcessVersionInfoOriginalFileName: 'upper(program)',
    ProcessVersionInfoFileDescription: "'Program ' || program",
    ProcessVersionInfoProductName: "'Microsoft Windows Operating System'",
    ProcessVersionInfoCompanyName: "'Microsoft Corporation'",
    ProcessVersionInfoProductVersion: "'10.0.19041.1'",
    ProcessIntegrityLevel:
      "(list_value('Medium', 'High', 'System', 'Low'))[1 + CAST(hash(i + 3) % 4 AS INTEGER)]",
    AccountDomain: "'CONTOSO'",
    AccountName: "'user' || (hash(i + 4) % 800)",
    MD5: 'md5(program)',
    SHA1: 'md5(program)',
    SHA256: 'md5(program)',
    InitiatingProcessFolderPath: "'C:\\Windows\\System32\\' || parent",
    InitiatingProcessCommandLine: "parent || ' -k netsvcs -p -s ' || (hash(i + 5) % 5000)",
    InitiatingProcessAccountDomain: "'CONTOSO'",
    InitiatingProcessAccountName: "'system'",
    ProcessId: 'CAST(hash(i + 6) % 60000 AS BIGINT)',
    InitiatingProcessId: 'CAST(hash(i + 7) % 60000 AS BIGINT)',
  };
  const selected = processColumns.map(({ name }) => `${columns[name] ?? "''"} AS "${name}"`).join(', ');
  await engine.execute(
    `CREATE TABLE main."DeviceProcessEvents" AS SELECT ${selected} FROM (SELECT i, ${listOf(names)}[place] AS program, ${parent} AS parent, ${folder} AS folder, ${args} AS arguments FROM (SELECT i, 1 + CAST(floor(pow((hash(i + 1) % 10000) / 10000.0, 2) * ${programs.length}) AS INTEGER) AS place FROM range(${rows}) AS r(i)))`,
  );
  engine.declareTable('DeviceProcessEvents', processColumns);
}
