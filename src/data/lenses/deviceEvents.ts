/** Everything else that Defender keeps in `DeviceEvents`, by its action types. */
import type { LensRule } from './lens.ts';
import { initiatedBy, recorded, security, securitySubject, sysmon, sysmonInitiator } from './windows.ts';

/** Defender's action types by event id. */
type Actions = Readonly<Record<number, string>>;

const sysmonActions: Actions = {
  6: 'DriverLoad',
  17: 'NamedPipeEvent',
  18: 'NamedPipeEvent',
  19: 'WmiBindEventFilterToConsumer',
  20: 'WmiBindEventFilterToConsumer',
  21: 'WmiBindEventFilterToConsumer',
  22: 'DnsQueryResponse',
  25: 'ProcessTampering',
};

const taskActions: Actions = {
  4698: 'ScheduledTaskCreated',
  4699: 'ScheduledTaskDeleted',
  4700: 'ScheduledTaskEnabled',
  4701: 'ScheduledTaskDisabled',
  4702: 'ScheduledTaskUpdated',
};

const taskSchedulerActions: Actions = {
  106: 'ScheduledTaskCreated',
  140: 'ScheduledTaskUpdated',
  141: 'ScheduledTaskDeleted',
};

const accountActions: Actions = {
  1102: 'SecurityLogCleared',
  4720: 'UserAccountCreated',
  4724: 'PasswordChangeAttempt',
  4726: 'UserAccountDeleted',
  4732: 'UserAccountAddedToLocalGroup',
  4738: 'UserAccountModified',
};

function idsOf(actions: Actions): number[] {
  return Object.keys(actions).map(Number);
}

function actionOf(actions: Actions): string {
  const cases = Object.entries(actions).map(([id, action]) => `$eventId == ${id}, '${action}'`);
  return `case(${cases.join(', ')}, '')`;
}

/** One process acts on another: Sysmon calls them source and target. */
function betweenProcesses(id: number, action: string, sourceGuid: string): LensRule {
  return {
    from: `Sysmon ${id}`,
    source: 'windows',
    when: sysmon(id),
    initiator: sourceGuid,
    columns: {
      ...recorded,
      ActionType: `'${action}'`,
      FileName: 'file_of($TargetImage)',
      FolderPath: '$TargetImage',
      ProcessId: 'tolong($TargetProcessId)',
      AccountName: 'name_of($TargetUser)',
      AccountDomain: 'domain_of($TargetUser)',
      ...initiatedBy('$SourceImage', '$SourceProcessId', `$${sourceGuid}`, '$SourceUser'),
    },
  };
}

export const deviceRules: readonly LensRule[] = [
  {
    from: 'Sysmon 6, 17 to 22 and 25',
    source: 'windows',
    when: sysmon(...idsOf(sysmonActions)),
    initiator: 'ProcessGuid',
    columns: {
      ...recorded,
      ActionType: actionOf(sysmonActions),
      // Of a driver, or of a pipe.
      FileName: 'file_of(iff(isempty($ImageLoaded), $PipeName, $ImageLoaded))',
      FolderPath: '$ImageLoaded',
      SHA1: 'sha1_of($Hashes)',
      SHA256: 'sha256_of($Hashes)',
      MD5: 'md5_of($Hashes)',
      RemoteUrl: '$QueryName',
      ...sysmonInitiator,
    },
  },
  betweenProcesses(8, 'CreateRemoteThreadApiCall', 'SourceProcessGuid'),
  betweenProcesses(10, 'OpenProcessApiCall', 'SourceProcessGUID'),
  {
    from: 'Security 4698 to 4702',
    source: 'windows',
    when: security(...idsOf(taskActions)),
    columns: { ...recorded, ActionType: actionOf(taskActions), ...securitySubject },
  },
  {
    from: 'TaskScheduler 106, 140 and 141',
    source: 'windows',
    when: `$channel =~ 'Microsoft-Windows-TaskScheduler/Operational' and $eventId in (${idsOf(taskSchedulerActions).join(', ')})`,
    rather: { rule: 'Security 4698 to 4702', same: ['DeviceName', 'ActionType', '$TaskName'], within: '1m' },
    columns: {
      ...recorded,
      ActionType: actionOf(taskSchedulerActions),
      InitiatingProcessAccountName: 'name_of($UserContext)',
      InitiatingProcessAccountDomain: 'domain_of($UserContext)',
    },
  },
  {
    from: 'Security 4697',
    source: 'windows',
    when: security(4697),
    columns: {
      ...recorded,
      ActionType: "'ServiceInstalled'",
      FileName: 'file_of($ServiceFileName)',
      FolderPath: '$ServiceFileName',
      ...securitySubject,
    },
  },
  {
    from: 'System 7045',
    source: 'windows',
    when: "$channel =~ 'System' and $eventId == 7045",
    rather: { rule: 'Security 4697', same: ['DeviceName', '$ServiceName'], within: '1m' },
    columns: {
      ...recorded,
      ActionType: "'ServiceInstalled'",
      FileName: 'file_of($ImagePath)',
      FolderPath: '$ImagePath',
    },
  },
  {
    from: 'Security on accounts and the log',
    source: 'windows',
    when: security(...idsOf(accountActions)),
    columns: {
      ...recorded,
      ActionType: actionOf(accountActions),
      // Of a group's change, the member.
      AccountName: 'tolower(iff($eventId == 4732, name_of(given($MemberName)), given($TargetUserName)))',
      AccountDomain: "tolower(iff($eventId == 4732, '', given($TargetDomainName)))",
      AccountSid: 'iff($eventId == 4732, $MemberSid, $TargetSid)',
      ...securitySubject,
    },
  },
  {
    from: 'PowerShell 4104',
    source: 'windows',
    when: "$channel =~ 'Microsoft-Windows-PowerShell/Operational' and $eventId == 4104",
    columns: {
      ...recorded,
      ActionType: "'PowerShellCommand'",
      InitiatingProcessFileName: "'powershell.exe'",
      FileName: 'file_of($Path)',
      FolderPath: '$Path',
      InitiatingProcessAccountSid: '$userSid',
    },
  },
];
