/** Files made and deleted as `DeviceFileEvents`, images loaded as `DeviceImageLoadEvents`. */
import type { ColumnMapping, LensRule } from './lens.ts';
import { recorded, sysmon, sysmonInitiator } from './windows.ts';

const target: ColumnMapping = {
  ...recorded,
  FileName: 'file_of($TargetFilename)',
  FolderPath: '$TargetFilename',
  ...sysmonInitiator,
};

export const fileRules: readonly LensRule[] = [
  {
    from: 'Sysmon 11',
    source: 'windows',
    when: sysmon(11),
    initiator: 'ProcessGuid',
    columns: { ...target, ActionType: "'FileCreated'" },
  },
  {
    from: 'Sysmon 23 and 26',
    source: 'windows',
    when: sysmon(23, 26),
    initiator: 'ProcessGuid',
    columns: {
      ...target,
      ActionType: "'FileDeleted'",
      SHA1: 'sha1_of($Hashes)',
      SHA256: 'sha256_of($Hashes)',
      MD5: 'md5_of($Hashes)',
    },
  },
];

export const imageLoadRules: readonly LensRule[] = [
  {
    from: 'Sysmon 7',
    source: 'windows',
    when: sysmon(7),
    initiator: 'ProcessGuid',
    columns: {
      ...recorded,
      ActionType: "'ImageLoaded'",
      FileName: 'file_of($ImageLoaded)',
      FolderPath: '$ImageLoaded',
      SHA1: 'sha1_of($Hashes)',
      SHA256: 'sha256_of($Hashes)',
      MD5: 'md5_of($Hashes)',
      ...sysmonInitiator,
    },
  },
];
