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

/** Programs as a fleet runs them: a few very often, shells and script hosts among them. */
const programs =
  'svchost.exe conhost.exe cmd.exe powershell.exe chrome.exe msedge.exe rundll32.exe taskhostw.exe reg.exe net.exe ' +
  'schtasks.exe wmic.exe git.exe node.exe python.exe java.exe winword.exe excel.exe outlook.exe teams.exe msiexec.exe ' +
  'regsvr32.exe cscript.exe wscript.exe mshta.exe certutil.exe whoami.exe ipconfig.exe nslookup.exe ping.exe sc.exe ' +
  'tasklist.exe updater.exe agent.exe backup.exe devenv.exe code.exe explorer.exe notepad.exe dllhost.exe';

/** Makes the table; command lines hold ids, paths and numbers, so that hardly any two are the same. */
export async function makeProcessLog(engine: LocalEngine, rows: number): Promise<void> {
  const list = programs.split(' ').map((name) => `'${name}'`);
  const pick = (salt: number): string =>
    `(list_value(${list.join(', ')}))[1 + CAST(floor(pow((hash(i + ${salt}) % 10000) / 10000.0, 2) * ${list.length}) AS INTEGER)]`;
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
  const folder =
    "(list_value('C:\\Windows\\System32\\', 'C:\\Program Files\\Vendor\\App\\', 'C:\\Users\\user' || (hash(i) % 800) || '\\AppData\\Local\\Programs\\', 'C:\\Windows\\SysWOW64\\'))[1 + CAST(hash(i + 8) % 4 AS INTEGER)]";
  const args =
    "(list_value('/c start /b build-' || md5(CAST(i AS VARCHAR)) || '.cmd --verbose', '-NoProfile -File C:\\Scripts\\job' || (hash(i) % 9000) || '.ps1 -Id ' || i, '--type=renderer --lang=en-US --client-id=' || i, 'query HKLM\\Software\\Vendor\\' || (hash(i) % 7000), '/run /tn task-' || (hash(i) % 3000), 'https://intranet.example/' || md5(CAST(i AS VARCHAR))))[1 + CAST(hash(i + 9) % 6 AS INTEGER)]";
  const selected = processColumns.map(({ name }) => `${columns[name] ?? "''"} AS "${name}"`).join(', ');
  await engine.execute(
    `CREATE TABLE main."DeviceProcessEvents" AS SELECT ${selected} FROM (SELECT i, ${pick(1)} AS program, ${pick(2)} AS parent, ${folder} AS folder, ${args} AS arguments FROM range(${rows}) AS r(i))`,
  );
  engine.declareTable('DeviceProcessEvents', processColumns);
}
