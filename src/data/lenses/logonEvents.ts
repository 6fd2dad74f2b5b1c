/** Logons as `DeviceLogonEvents`. */
import type { LensRule } from './lens.ts';
import { recorded, security, securitySubject } from './windows.ts';

/** Logon types by number (https://learn.microsoft.com/windows/security/threat-protection/auditing/event-4624). */
export const logonTypeNames = {
  2: 'Interactive',
  3: 'Network',
  4: 'Batch',
  5: 'Service',
  7: 'Unlock',
  8: 'NetworkCleartext',
  9: 'NewCredentials',
  10: 'RemoteInteractive',
  11: 'CachedInteractive',
} as const;

const logonType = `case(${Object.entries(logonTypeNames)
  .map(([number, name]) => `$LogonType == '${number}', '${name}'`)
  .join(', ')}, $LogonType)`;

export const logonRules: readonly LensRule[] = [
  {
    from: 'Security 4624 and 4625',
    source: 'windows',
    when: security(4624, 4625),
    columns: {
      ...recorded,
      ActionType: "iff($eventId == 4624, 'LogonSuccess', 'LogonFailed')",
      LogonType: logonType,
      AccountName: 'tolower(given($TargetUserName))',
      AccountDomain: 'tolower(given($TargetDomainName))',
      AccountSid: 'given($TargetUserSid)',
      Protocol: 'given($AuthenticationPackageName)',
      FailureReason: "iff($eventId == 4625, strcat($Status, ' ', $SubStatus), '')",
      LogonId: 'tolong($TargetLogonId)',
      RemoteDeviceName: 'tolower(given($WorkstationName))',
      RemoteIP: 'ip_of($IpAddress)',
      RemotePort: 'toint(given($IpPort))',
      ...securitySubject,
      InitiatingProcessFileName: 'file_of(given($ProcessName))',
      InitiatingProcessFolderPath: 'given($ProcessName)',
      InitiatingProcessId: 'tolong($ProcessId)',
    },
  },
  {
    from: 'Security 4648',
    source: 'windows',
    when: security(4648),
    columns: {
      ...recorded,
      ActionType: "'LogonAttempted'",
      AccountName: 'tolower(given($TargetUserName))',
      AccountDomain: 'tolower(given($TargetDomainName))',
      RemoteDeviceName: 'tolower(given($TargetServerName))',
      RemoteIP: 'ip_of($IpAddress)',
      RemotePort: 'toint(given($IpPort))',
      ...securitySubject,
      InitiatingProcessFileName: 'file_of(given($ProcessName))',
      InitiatingProcessFolderPath: 'given($ProcessName)',
      InitiatingProcessId: 'tolong($ProcessId)',
    },
  },
];
