/** Logons as `DeviceLogonEvents`. */
import type { ColumnMapping, LensRule } from './lens.ts';
import { recorded, security, securityProcess } from './windows.ts';

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

/** The account that logs on, from where, and the process that asks for it. */
const logon: ColumnMapping = {
  ...recorded,
  ...securityProcess,
  AccountName: 'tolower(given($TargetUserName))',
  AccountDomain: 'tolower(given($TargetDomainName))',
  RemoteIP: 'ip_of($IpAddress)',
  RemotePort: 'toint(given($IpPort))',
};

export const logonRules: readonly LensRule[] = [
  {
    from: 'Security 4624 and 4625',
    source: 'windows',
    when: security(4624, 4625),
    columns: {
      ...logon,
      ActionType: "iff($eventId == 4624, 'LogonSuccess', 'LogonFailed')",
      LogonType: logonType,
      AccountSid: 'given($TargetUserSid)',
      Protocol: 'given($AuthenticationPackageName)',
      FailureReason: "iff($eventId == 4625, strcat($Status, ' ', $SubStatus), '')",
      LogonId: 'tolong($TargetLogonId)',
      RemoteDeviceName: 'tolower(given($WorkstationName))',
    },
  },
  {
    from: 'Security 4648',
    source: 'windows',
    when: security(4648),
    columns: {
      ...logon,
      ActionType: "'LogonAttempted'",
      RemoteDeviceName: 'tolower(given($TargetServerName))',
    },
  },
];
