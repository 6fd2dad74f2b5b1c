/**
 * What supports which technique, as data. A rule reads one row of a table that has its columns; it says `confirmed` only
 * where the row itself shows the technique, and `suspected` where it points to it.
 */
import { kqlString } from '../../kql/kqlText.ts';

export interface Rule {
  readonly technique: string;
  readonly status: 'confirmed' | 'suspected';
  /** Columns that the table must have. */
  readonly columns: readonly string[];
  /** KQL predicate on a row. */
  readonly where: string;
  /** 0 to 100, or `Score`: the row's own. */
  readonly confidence: number | 'Score';
  /** What the row shows, for the documentation. */
  readonly about: string;
  /** KQL expression that puts a row of evidence into words. */
  readonly text: string;
}

const rowTexts = {
  scan: `strcat(Kind, " scan from ", Source, ", ", Ports, iff(Ports == 1, " port", " ports"), " on ", Hosts, iff(Hosts == 1, " host", " hosts"))`,
  process: `strcat(FileName, ": ", ProcessCommandLine)`,
  startedProcess: `strcat(FileName, " started by ", InitiatingProcessFileName, " (", InitiatingProcessCommandLine, ")")`,
  file: `strcat(ActionType, " ", FolderPath)`,
} as const;

const scan = ['Kind', 'Source', 'Ports', 'Hosts', 'Score', 'FirstSeen', 'LastSeen'];
const command = ['FileName', 'ProcessCommandLine'];
const started = [...command, 'InitiatingProcessFileName', 'InitiatingProcessCommandLine'];
const file = ['ActionType', 'FolderPath'];

const program = (...names: readonly string[]): string => `FileName in~ (${names.map(kqlString).join(', ')})`;
const commandMatches = (pattern: string): string =>
  `ProcessCommandLine matches regex ${kqlString(`(?i)${pattern}`)}`;

function commandRule(
  technique: string,
  status: Rule['status'],
  confidence: number,
  about: string,
  where: string,
): Rule {
  return {
    technique,
    status,
    confidence,
    about,
    where,
    columns: command,
    text: rowTexts.process,
  };
}

export const rules: readonly Rule[] = [
  {
    technique: 'T1046',
    status: 'confirmed',
    columns: scan,
    where: `Score >= 65`,
    confidence: 'Score',
    about: 'a scan of at least medium severity',
    text: rowTexts.scan,
  },
  {
    technique: 'T1046',
    status: 'suspected',
    columns: scan,
    where: 'Score < 65',
    confidence: 'Score',
    about: 'a scan of low severity',
    text: rowTexts.scan,
  },
  commandRule(
    'T1046',
    'suspected',
    60,
    'a network scanner was started',
    program(
      'nmap.exe',
      'nmap',
      'masscan.exe',
      'masscan',
      'zmap',
      'rustscan.exe',
      'rustscan',
      'naabu.exe',
      'netscan.exe',
      'advanced_port_scanner.exe',
    ),
  ),
  commandRule(
    'T1059.001',
    'confirmed',
    90,
    'PowerShell ran',
    program('powershell.exe', 'powershell_ise.exe', 'pwsh.exe'),
  ),
  commandRule(
    'T1059.003',
    'confirmed',
    80,
    'the command shell ran a command or batch file',
    `${program('cmd.exe')} and ${commandMatches(String.raw`\s/[ckr]\s*\S|\.(bat|cmd)(["'\s]|$)`)}`,
  ),
  commandRule(
    'T1059.005',
    'confirmed',
    85,
    'a VBScript ran',
    `${program('wscript.exe', 'cscript.exe')} and ${commandMatches(String.raw`\.(vbs|vbe)(["'\s]|$)`)}`,
  ),
  commandRule(
    'T1059.006',
    'confirmed',
    85,
    'a Python script ran',
    `${program('python.exe', 'pythonw.exe', 'python', 'python3')} and ${commandMatches(String.raw`\.pyw?(["'\s]|$)|\s-c\s`)}`,
  ),
  commandRule(
    'T1059.007',
    'confirmed',
    85,
    'a JScript or JavaScript ran',
    `${program('wscript.exe', 'cscript.exe', 'node.exe')} and ${commandMatches(String.raw`\.(js|jse)(["'\s]|$)`)}`,
  ),
  commandRule(
    'T1218.005',
    'confirmed',
    80,
    'mshta ran a script or page',
    `${program('mshta.exe')} and ${commandMatches(String.raw`https?:|javascript:|vbscript:|\.hta`)}`,
  ),
  commandRule(
    'T1027.010',
    'confirmed',
    85,
    'PowerShell ran an encoded command',
    `${program('powershell.exe', 'pwsh.exe')} and ${commandMatches(String.raw`\s[-/](e|ec|en[a-z]*)\s+["']?[a-z0-9+/=]{16,}`)}`,
  ),
  commandRule(
    'T1564.003',
    'confirmed',
    75,
    'PowerShell hid its window',
    `${program('powershell.exe', 'pwsh.exe')} and ${commandMatches(String.raw`\s[-/]w(in[a-z]*)?\s+["']?hidden`)}`,
  ),
  commandRule(
    'T1105',
    'confirmed',
    80,
    'a command line downloads a file',
    commandMatches(
      String.raw`(invoke-webrequest|\biwr\b|\bcurl\b|\bwget\b|start-bitstransfer).*(-outfile|-out|-o\b|-destination)|downloadfile\(|certutil.*-urlcache|bitsadmin.*/transfer`,
    ),
  ),
  commandRule(
    'T1053.005',
    'confirmed',
    95,
    'schtasks or PowerShell made or changed a scheduled task',
    `(${program('schtasks.exe')} and ${commandMatches(String.raw`/(create|change)\b`)}) or ${commandMatches(String.raw`\bregister-scheduledtask\b`)}`,
  ),
  {
    technique: 'T1053.005',
    status: 'suspected',
    columns: started,
    where: `InitiatingProcessFileName =~ "taskeng.exe" or (InitiatingProcessFileName =~ "svchost.exe" and InitiatingProcessCommandLine matches regex ${kqlString(String.raw`(?i)-s\s+schedule\b`)})`,
    confidence: 60,
    about: 'the Task Scheduler service started the process',
    text: rowTexts.startedProcess,
  },
  {
    technique: 'T1053.005',
    status: 'suspected',
    columns: file,
    where: `ActionType in~ ("FileCreated", "FileModified") and FolderPath matches regex ${kqlString(String.raw`(?i)^[a-z]:\\windows\\system32\\tasks\\`)}`,
    confidence: 60,
    about: 'a task file was written',
    text: rowTexts.file,
  },
  commandRule('T1053.002', 'confirmed', 85, 'at.exe scheduled a command', program('at.exe')),
  {
    technique: 'T1569.002',
    status: 'suspected',
    columns: started,
    where: `InitiatingProcessFileName =~ "services.exe" and ${program('cmd.exe', 'powershell.exe', 'pwsh.exe', 'wscript.exe', 'cscript.exe', 'mshta.exe')}`,
    confidence: 70,
    about: 'the service control manager started a shell or script host',
    text: rowTexts.startedProcess,
  },
  commandRule(
    'T1543.003',
    'confirmed',
    85,
    'sc or PowerShell made a service',
    `(${program('sc.exe')} and ${commandMatches(String.raw`\bcreate\b`)}) or ${commandMatches(String.raw`\bnew-service\b`)}`,
  ),
  commandRule(
    'T1047',
    'confirmed',
    85,
    'wmic made a process',
    `${program('wmic.exe')} and ${commandMatches(String.raw`process\s+call\s+create`)}`,
  ),
  {
    technique: 'T1047',
    status: 'suspected',
    columns: started,
    where: `InitiatingProcessFileName =~ "wmiprvse.exe" and ${program('cmd.exe', 'powershell.exe', 'pwsh.exe', 'wscript.exe', 'cscript.exe', 'mshta.exe', 'rundll32.exe')}`,
    confidence: 70,
    about: 'WMI started a shell or script host',
    text: rowTexts.startedProcess,
  },
  commandRule(
    'T1018',
    'confirmed',
    75,
    'other systems were listed',
    `(${program('net.exe', 'net1.exe')} and ${commandMatches(String.raw`\bview\b`)}) or (${program('nltest.exe')} and ${commandMatches(String.raw`/dclist`)}) or ${commandMatches(String.raw`\bget-adcomputer\b`)}`,
  ),
  commandRule('T1033', 'confirmed', 70, 'whoami ran', program('whoami.exe')),
  commandRule(
    'T1003.001',
    'confirmed',
    90,
    'the memory of LSASS was dumped',
    commandMatches(String.raw`procdump.*lsass|comsvcs(\.dll)?.*minidump`),
  ),
  commandRule(
    'T1547.001',
    'confirmed',
    85,
    'a Run key was written',
    `${program('reg.exe')} and ${commandMatches(String.raw`\badd\b.*\\currentversion\\run`)}`,
  ),
  commandRule(
    'T1490',
    'confirmed',
    90,
    'shadow copies or backups were deleted',
    commandMatches(
      String.raw`vssadmin.*delete\s+shadows|wmic.*shadowcopy.*delete|wbadmin.*delete|bcdedit.*recoveryenabled\s+no`,
    ),
  ),
  commandRule(
    'T1685.005',
    'confirmed',
    90,
    'an event log was cleared',
    commandMatches(String.raw`wevtutil(\.exe)?["']?\s+(cl|clear-log)\b|\bclear-eventlog\b`),
  ),
];
