/** The Security log as Sentinel's `SecurityEvent`, whose columns mostly have the names of the events' own fields. */
import type { LensRule } from './lens.ts';
import { logonTypeNames } from './logonEvents.ts';

/** What Windows calls the events that public queries ask for most; Sentinel writes `4688 - A new process ...`. */
const activities = {
  1102: 'The audit log was cleared.',
  4624: 'An account was successfully logged on.',
  4625: 'An account failed to log on.',
  4634: 'An account was logged off.',
  4648: 'A logon was attempted using explicit credentials.',
  4656: 'A handle to an object was requested.',
  4657: 'A registry value was modified.',
  4663: 'An attempt was made to access an object.',
  4672: 'Special privileges assigned to new logon.',
  4673: 'A privileged service was called.',
  4688: 'A new process has been created.',
  4689: 'A process has exited.',
  4697: 'A service was installed in the system.',
  4698: 'A scheduled task was created.',
  4699: 'A scheduled task was deleted.',
  4700: 'A scheduled task was enabled.',
  4701: 'A scheduled task was disabled.',
  4702: 'A scheduled task was updated.',
  4720: 'A user account was created.',
  4724: "An attempt was made to reset an account's password.",
  4726: 'A user account was deleted.',
  4728: 'A member was added to a security-enabled global group.',
  4732: 'A member was added to a security-enabled local group.',
  4738: 'A user account was changed.',
  4740: 'A user account was locked out.',
  4756: 'A member was added to a security-enabled universal group.',
  4768: 'A Kerberos authentication ticket (TGT) was requested.',
  4769: 'A Kerberos service ticket was requested.',
  4771: 'Kerberos pre-authentication failed.',
  4776: 'The domain controller attempted to validate the credentials for an account.',
  4798: "A user's local group membership was enumerated.",
  4799: 'A security-enabled local group membership was enumerated.',
  5140: 'A network share object was accessed.',
  5145: 'A network share object was checked to see whether client can be granted desired access.',
  5156: 'The Windows Filtering Platform has permitted a connection.',
  5157: 'The Windows Filtering Platform has blocked a connection.',
  5158: 'The Windows Filtering Platform has permitted a bind to a local port.',
} as const;

const activity = `case(${Object.entries(activities)
  .map(([id, text]) => `$eventId == ${id}, "${id} - ${text}"`)
  .join(', ')}, tostring($eventId))`;

const logonTypeName = `case(${Object.entries(logonTypeNames)
  .map(([number, name]) => `$LogonType == '${number}', '${number} - ${name}'`)
  .join(', ')}, $LogonType)`;

/** An account as Sentinel writes it, `DOMAIN\name`. */
function account(who: string): string {
  const name = `given($${who}UserName)`;
  return `iff(${name} == '', '', iff(given($${who}DomainName) == '', ${name}, strcat($${who}DomainName, '\\\\', ${name})))`;
}

export const securityRules: readonly LensRule[] = [
  {
    from: 'Security',
    source: 'windows',
    when: "$channel =~ 'Security'",
    takesSameNames: true,
    columns: {
      TimeGenerated: '$time',
      Computer: '$device',
      Channel: "'Security'",
      EventID: '$eventId',
      EventRecordId: '$record',
      EventSourceName: "'Microsoft-Windows-Security-Auditing'",
      Activity: activity,
      // A logon is the target's, other events are the subject's.
      Account: `iff($eventId in (4624, 4625, 4634, 4647, 4648, 4768, 4769, 4771, 4776), ${account('Target')}, ${account('Subject')})`,
      SubjectAccount: account('Subject'),
      TargetAccount: account('Target'),
      LogonType: 'toint($LogonType)',
      LogonTypeName: logonTypeName,
      Process:
        'file_of(case(isnotempty($NewProcessName), $NewProcessName, isnotempty($CallerProcessName), $CallerProcessName, given($ProcessName)))',
      IpAddress: 'ip_of($IpAddress)',
    },
  },
];
