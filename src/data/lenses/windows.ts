/** What the rules for Windows events share. */
import type { ColumnMapping } from './lens.ts';

/** Events of Sysmon with one of the ids. */
export function sysmon(...ids: readonly number[]): string {
  return `$channel =~ 'Microsoft-Windows-Sysmon/Operational' and $eventId in (${ids.join(', ')})`;
}

/** Events of the Security log with one of the ids. */
export function security(...ids: readonly number[]): string {
  return `$channel =~ 'Security' and $eventId in (${ids.join(', ')})`;
}

/** Where and when, as every Device table has it in Defender and in Sentinel; device names are in lower case there. */
export const recorded: ColumnMapping = {
  Timestamp: '$time',
  TimeGenerated: '$time',
  DeviceId: 'tolower($device)',
  DeviceName: 'tolower($device)',
  ReportId: '$record',
};

/** Who did it: the image, id and user of a Sysmon event, and the rest from the creation of that process. */
export function initiatedBy(image: string, id: string, guid: string, user: string): ColumnMapping {
  return {
    InitiatingProcessFileName: `file_of(${image})`,
    InitiatingProcessFolderPath: image,
    InitiatingProcessId: `tolong(${id})`,
    InitiatingProcessUniqueId: guid,
    InitiatingProcessAccountName: `name_of(iff(isempty(${user}), CreationUser, ${user}))`,
    InitiatingProcessAccountDomain: `domain_of(iff(isempty(${user}), CreationUser, ${user}))`,
    InitiatingProcessCommandLine: 'CreationCommandLine',
    InitiatingProcessCreationTime: 'CreationTime',
    InitiatingProcessSHA1: 'sha1_of(CreationHashes)',
    InitiatingProcessSHA256: 'sha256_of(CreationHashes)',
    InitiatingProcessMD5: 'md5_of(CreationHashes)',
    InitiatingProcessIntegrityLevel: 'CreationIntegrityLevel',
    InitiatingProcessParentFileName: 'file_of(CreationParentImage)',
    InitiatingProcessParentId: 'CreationParentId',
    InitiatingProcessVersionInfoCompanyName: 'given(CreationCompany)',
    InitiatingProcessVersionInfoProductName: 'given(CreationProduct)',
    InitiatingProcessVersionInfoProductVersion: 'given(CreationFileVersion)',
    InitiatingProcessVersionInfoOriginalFileName: 'given(CreationOriginalFileName)',
    InitiatingProcessVersionInfoFileDescription: 'given(CreationDescription)',
  };
}

/** The process of most Sysmon events. */
export const sysmonInitiator = initiatedBy('$Image', '$ProcessId', '$ProcessGuid', '$User');

/** The account of most Security events. */
export const securitySubject: ColumnMapping = {
  InitiatingProcessAccountName: 'tolower(given($SubjectUserName))',
  InitiatingProcessAccountDomain: 'tolower(given($SubjectDomainName))',
  InitiatingProcessAccountSid: 'given($SubjectUserSid)',
};

/** The process of those Security events that name one. */
export const securityProcess: ColumnMapping = {
  ...securitySubject,
  InitiatingProcessFileName: 'file_of(given($ProcessName))',
  InitiatingProcessFolderPath: 'given($ProcessName)',
  InitiatingProcessId: 'tolong($ProcessId)',
};
