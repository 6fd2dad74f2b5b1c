/** Process creations as `DeviceProcessEvents`. */
import type { LensRule } from './lens.ts';
import { initiatedBy, recorded, security, securitySubject, sysmon } from './windows.ts';

/** Sysmon 1 is initiated by the parent, whose own creation tells more of it. */
const parent = initiatedBy('$ParentImage', '$ParentProcessId', '$ParentProcessGuid', '$ParentUser');

export const processRules: readonly LensRule[] = [
  {
    from: 'Sysmon 1',
    source: 'windows',
    when: sysmon(1),
    initiator: 'ParentProcessGuid',
    columns: {
      ...recorded,
      ActionType: "'ProcessCreated'",
      FileName: 'file_of($Image)',
      FolderPath: '$Image',
      SHA1: 'sha1_of($Hashes)',
      SHA256: 'sha256_of($Hashes)',
      MD5: 'md5_of($Hashes)',
      ProcessId: 'tolong($ProcessId)',
      ProcessUniqueId: '$ProcessGuid',
      ProcessCommandLine: '$CommandLine',
      ProcessCreationTime: '$time',
      ProcessIntegrityLevel: '$IntegrityLevel',
      AccountName: 'name_of($User)',
      AccountDomain: 'domain_of($User)',
      LogonId: 'tolong($LogonId)',
      ProcessVersionInfoCompanyName: 'given($Company)',
      ProcessVersionInfoProductName: 'given($Product)',
      ProcessVersionInfoProductVersion: 'given($FileVersion)',
      ProcessVersionInfoOriginalFileName: 'given($OriginalFileName)',
      ProcessVersionInfoFileDescription: 'given($Description)',
      ...parent,
      InitiatingProcessCommandLine: '$ParentCommandLine',
    },
  },
  {
    from: 'Security 4688',
    source: 'windows',
    when: security(4688),
    rather: { rule: 'Sysmon 1', same: ['DeviceName', 'FolderPath'], within: '2s' },
    columns: {
      ...recorded,
      ActionType: "'ProcessCreated'",
      FileName: 'file_of($NewProcessName)',
      FolderPath: '$NewProcessName',
      ProcessId: 'tolong($NewProcessId)',
      ProcessCommandLine: '$CommandLine',
      ProcessCreationTime: '$time',
      ProcessTokenElevation:
        "case($TokenElevationType == '%%1936', 'TokenElevationTypeDefault', $TokenElevationType == '%%1937', 'TokenElevationTypeFull', $TokenElevationType == '%%1938', 'TokenElevationTypeLimited', '')",
      // The subject starts the process; it runs as the target where one is named.
      AccountName: "tolower(iff(given($TargetUserName) == '', $SubjectUserName, $TargetUserName))",
      AccountDomain: "tolower(iff(given($TargetUserName) == '', $SubjectDomainName, $TargetDomainName))",
      AccountSid: "iff(given($TargetUserName) == '', $SubjectUserSid, $TargetUserSid)",
      LogonId: "tolong(iff(given($TargetUserName) == '', $SubjectLogonId, $TargetLogonId))",
      ...securitySubject,
      InitiatingProcessLogonId: 'tolong($SubjectLogonId)',
      InitiatingProcessFileName: 'file_of($ParentProcessName)',
      InitiatingProcessFolderPath: '$ParentProcessName',
      InitiatingProcessId: 'tolong($ProcessId)',
    },
  },
];
