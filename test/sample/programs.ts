/** The programs that hosts of the sample run. */
import { hours } from './clock.ts';
import type { Account, Process } from './log.ts';
import { system } from './log.ts';
import type { Random } from './random.ts';

const system32 = 'C:\\Windows\\System32';

/** What a program's start needs besides its time and account. */
export interface Program {
  readonly folder: string;
  readonly fileName: string;
  readonly commandLine: string;
}

const program = (folder: string, fileName: string, commandLine = fileName): Program => ({
  folder,
  fileName,
  commandLine,
});

export const powershell = (commandArguments: string): Program =>
  program(
    `${system32}\\WindowsPowerShell\\v1.0`,
    'powershell.exe',
    commandArguments === '' ? 'powershell.exe' : `powershell.exe ${commandArguments}`,
  );

export const cmd = (commandArguments: string): Program =>
  program(system32, 'cmd.exe', `cmd.exe ${commandArguments}`);

export const conhost = program(system32, 'conhost.exe', 'conhost.exe 0xffffffff -ForceV1');

export const chrome = program('C:\\Program Files\\Google\\Chrome\\Application', 'chrome.exe');

/** Programs that people start all day. */
export const desktopPrograms: readonly [Program, ...Program[]] = [
  chrome,
  program('C:\\Program Files\\Google\\Chrome\\Application', 'chrome.exe', 'chrome.exe --type=renderer'),
  program('C:\\Program Files\\Microsoft Office\\root\\Office16', 'OUTLOOK.EXE'),
  program('C:\\Program Files\\Microsoft Office\\root\\Office16', 'WINWORD.EXE', 'WINWORD.EXE /n'),
  program('C:\\Program Files\\Microsoft Office\\root\\Office16', 'EXCEL.EXE', 'EXCEL.EXE /dde'),
  program('C:\\Program Files\\Mattermost', 'Mattermost.exe', 'Mattermost.exe --type=utility'),
  program(system32, 'notepad.exe'),
  program(system32, 'RuntimeBroker.exe', 'RuntimeBroker.exe -Embedding'),
];

/** What Windows itself starts, everywhere. */
export const housekeepingPrograms: readonly [Program, ...Program[]] = [
  program(
    system32,
    'backgroundTaskHost.exe',
    'backgroundTaskHost.exe -ServerName:App.AppXmtcan0h2tfbfy7k9kn8hbxb6dmzz1zh0.mca',
  ),
  program(system32, 'SearchProtocolHost.exe', 'SearchProtocolHost.exe Global\\UsGthrFltPipeMssGthrPipe7_'),
  program(system32, 'taskhostw.exe', 'taskhostw.exe NGCKeyPregen'),
  program(system32, 'wermgr.exe', 'wermgr.exe -upload'),
  program(system32, 'dllhost.exe', 'dllhost.exe /Processid:{AB8902B4-09CA-4BB6-B78D-A8F59079A8D5}'),
  program(
    'C:\\Program Files\\Windows Defender',
    'MpCmdRun.exe',
    'MpCmdRun.exe SignatureUpdate -ScheduleJob -RestrictPrivileges',
  ),
  program('C:\\Program Files\\Windows Defender Advanced Threat Protection', 'SenseNdr.exe'),
];

/** The management agent runs its scripts as SYSTEM and past the execution policy, much as an intruder would. */
export const agentScript = powershell(
  '-NoProfile -NonInteractive -ExecutionPolicy Bypass -File C:\\Windows\\CCM\\SystemTemp\\inventory.ps1',
);

export const administratorCommands: readonly [string, ...string[]] = [
  '-NoLogo -Command "Get-Service | Where-Object Status -eq Stopped"',
  '-NoLogo -Command "Get-ADUser -Filter * -SearchBase OU=Sales,DC=corp,DC=example"',
  '-NoLogo -Command "Get-EventLog -LogName System -Newest 50"',
  '-NoLogo -File C:\\Admin\\Scripts\\Get-DiskSpace.ps1',
  '-NoLogo -Command "Test-NetConnection file-01 -Port 445"',
  '-NoLogo -Command "Restart-Service Spooler"',
];

/** A long-running process that started before the day did. */
export function resident(random: Random, what: Program, account: Account, parentFileName: string): Process {
  return {
    ...what,
    account,
    parentFileName,
    id: random.integer(150, 900) * 4,
    startedAt: -random.integer(hours(2), hours(60)),
  };
}

/** The services that initiate events on every Windows host. */
export function residents(
  random: Random,
): Record<'services' | 'scheduler' | 'network' | 'agent' | 'kernel', Process> {
  const service = (what: Program, account: Account = system): Process =>
    resident(random, what, account, 'services.exe');
  return {
    services: resident(random, program(system32, 'services.exe'), system, 'wininit.exe'),
    scheduler: service(program(system32, 'svchost.exe', 'svchost.exe -k netsvcs -p -s Schedule')),
    network: service(program(system32, 'svchost.exe', 'svchost.exe -k NetworkService -p -s Dnscache'), {
      domain: 'nt authority',
      name: 'network service',
      integrity: 'System',
    }),
    agent: service(program('C:\\Windows\\CCM', 'CcmExec.exe')),
    kernel: { ...resident(random, program('', 'System', ''), system, ''), id: 4 },
  };
}
