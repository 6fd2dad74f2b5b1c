/** Changes of the registry as `DeviceRegistryEvents`. */
import type { ColumnMapping, LensRule } from './lens.ts';
import { recorded, security, securityProcess, sysmon, sysmonInitiator } from './windows.ts';

/** The key and value name of a `TargetObject` that ends in a value. */
const keyAndValue: ColumnMapping = {
  RegistryKey: String.raw`hive_of(extract(@'^(.*)\\[^\\]*$', 1, $TargetObject))`,
  RegistryValueName: String.raw`iff($TargetObject endswith @'\(Default)', '', extract(@'[^\\]*$', 0, $TargetObject))`,
};

export const registryRules: readonly LensRule[] = [
  {
    from: 'Sysmon 13',
    source: 'windows',
    when: sysmon(13),
    initiator: 'ProcessGuid',
    columns: {
      ...recorded,
      ActionType: "'RegistryValueSet'",
      ...keyAndValue,
      // Sysmon writes `DWORD (0x00000001)`, Defender the number.
      RegistryValueData: String.raw`iff($Details matches regex @'^[DQ]WORD \(0x[0-9a-fA-F]+(-0x[0-9a-fA-F]+)?\)$', tostring(tolong(strcat('0x', replace_string(extract(@'0x([0-9a-fA-Fx-]+)', 1, $Details), '-0x', '')))), $Details)`,
      RegistryValueType:
        "case($Details startswith 'DWORD (', 'Dword', $Details startswith 'QWORD (', 'Qword', $Details == 'Binary Data', 'Binary', 'String')",
      ...sysmonInitiator,
    },
  },
  {
    from: 'Sysmon 12',
    source: 'windows',
    when: sysmon(12),
    initiator: 'ProcessGuid',
    columns: {
      ...recorded,
      ActionType:
        "case($EventType == 'CreateKey', 'RegistryKeyCreated', $EventType == 'DeleteKey', 'RegistryKeyDeleted', $EventType == 'DeleteValue', 'RegistryValueDeleted', $EventType)",
      RegistryKey: `iff($EventType == 'DeleteValue', ${keyAndValue['RegistryKey'] ?? ''}, hive_of($TargetObject))`,
      RegistryValueName: `iff($EventType == 'DeleteValue', ${keyAndValue['RegistryValueName'] ?? ''}, '')`,
      ...sysmonInitiator,
    },
  },
  {
    from: 'Sysmon 14',
    source: 'windows',
    when: sysmon(14),
    initiator: 'ProcessGuid',
    columns: {
      ...recorded,
      ActionType: "'RegistryKeyRenamed'",
      RegistryKey: 'hive_of($NewName)',
      PreviousRegistryKey: 'hive_of($TargetObject)',
      ...sysmonInitiator,
    },
  },
  {
    from: 'Security 4657',
    source: 'windows',
    when: security(4657),
    rather: { rule: 'Sysmon 13', same: ['DeviceName', 'RegistryKey', 'RegistryValueName'], within: '2s' },
    columns: {
      ...recorded,
      ActionType:
        "case($OperationType == '%%1904', 'RegistryValueSet', $OperationType == '%%1906', 'RegistryValueDeleted', 'RegistryValueSet')",
      RegistryKey: String.raw`replace_string($ObjectName, @'\REGISTRY\MACHINE', 'HKEY_LOCAL_MACHINE')`,
      RegistryValueName: '$ObjectValueName',
      RegistryValueData: 'given($NewValue)',
      PreviousRegistryValueData: 'given($OldValue)',
      ...securityProcess,
    },
  },
];
