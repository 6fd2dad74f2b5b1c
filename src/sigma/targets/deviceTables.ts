/** Defender's Device tables, which lenses also make of Sysmon and Security events. */
import type { Lack } from './target.ts';
import type { TableMapping } from './tableMapping.ts';

type Fields = TableMapping['fields'];

const account = (prefix: string): string =>
  `iff(isempty($${prefix}AccountDomain), $${prefix}AccountName, strcat($${prefix}AccountDomain, "\\\\", $${prefix}AccountName))`;

/** Hashes as Sysmon writes them, in one text. */
const hashes = (prefix = ''): string =>
  `strcat("MD5=", $${prefix}MD5, ",SHA1=", $${prefix}SHA1, ",SHA256=", $${prefix}SHA256)`;

const fileHashes: Fields = { Hashes: hashes(), md5: '$MD5', sha1: '$SHA1', sha256: '$SHA256' };

const noImportHashes: Readonly<Record<string, Lack>> = {
  Hashes: { values: /^IMPHASH=/i, what: 'import hashes (IMPHASH)' },
};

/** The process that does something, in tables that are about something else. */
const initiator: Fields = {
  Image: '$InitiatingProcessFolderPath',
  CommandLine: '$InitiatingProcessCommandLine',
  ProcessId: '$InitiatingProcessId',
  User: account('InitiatingProcess'),
  IntegrityLevel: '$InitiatingProcessIntegrityLevel',
  Computer: '$DeviceName',
};

const processFields: Fields = {
  Image: '$FolderPath',
  CommandLine: '$ProcessCommandLine',
  OriginalFileName: '$ProcessVersionInfoOriginalFileName',
  Description: '$ProcessVersionInfoFileDescription',
  Product: '$ProcessVersionInfoProductName',
  Company: '$ProcessVersionInfoCompanyName',
  FileVersion: '$ProcessVersionInfoProductVersion',
  IntegrityLevel: '$ProcessIntegrityLevel',
  User: account(''),
  ProcessId: '$ProcessId',
  LogonId: 'strcat("0x", tohex($LogonId))',
  ...fileHashes,
  ParentImage: '$InitiatingProcessFolderPath',
  ParentCommandLine: '$InitiatingProcessCommandLine',
  ParentProcessId: '$InitiatingProcessId',
  ParentUser: account('InitiatingProcess'),
  ParentIntegrityLevel: '$InitiatingProcessIntegrityLevel',
  ParentOriginalFileName: '$InitiatingProcessVersionInfoOriginalFileName',
  Computer: '$DeviceName',
};

/** Defender writes hives in full and the control set by its number; Sysmon, and so Sigma, in short and as the current one. */
const key = (column: string): string =>
  `replace_regex(replace_regex(replace_regex(replace_regex(replace_regex($${column}, "^HKEY_LOCAL_MACHINE", "HKLM"), "^HKEY_USERS", "HKU"), "^HKEY_CURRENT_USER", "HKCU"), "^HKEY_CLASSES_ROOT", "HKCR"), @"(?i)(\\\\)ControlSet00\\d(\\\\)", @"\\1CurrentControlSet\\2")`;

const registryFields: Fields = {
  ...initiator,
  TargetObject: `strcat(${key('RegistryKey')}, case(isnotempty($RegistryValueName), strcat("\\\\", $RegistryValueName), $ActionType == "RegistryValueSet", @"\\(Default)", ""))`,
  NewName: key('RegistryKey'),
  // Sysmon writes numbers in hexadecimal, and of binary values only that there is one.
  Details: `case($RegistryValueType in~ ("Dword", "REG_DWORD") and isnotnull(tolong($RegistryValueData)), strcat("DWORD (0x", tohex(tolong($RegistryValueData), 8), ")"), $RegistryValueType in~ ("Qword", "REG_QWORD") and isnotnull(tolong($RegistryValueData)), strcat("QWORD (0x", tohex(tolong($RegistryValueData) / 4294967296, 8), "-0x", tohex(tolong($RegistryValueData) % 4294967296, 8), ")"), $RegistryValueType in~ ("Binary", "REG_BINARY"), "Binary Data", $RegistryValueData)`,
  EventType: `case($ActionType == "RegistryValueSet", "SetValue", $ActionType == "RegistryKeyCreated", "CreateKey", $ActionType == "RegistryKeyDeleted", "DeleteKey", $ActionType == "RegistryValueDeleted", "DeleteValue", $ActionType == "RegistryKeyRenamed", "RenameKey", "")`,
};

function registry(category: string, ...actions: readonly string[]): TableMapping {
  return {
    table: 'DeviceRegistryEvents',
    holds: { category, product: ['windows', ''] },
    where:
      actions.length === 1
        ? `$ActionType == "${actions[0] ?? ''}"`
        : `$ActionType in ("${actions.join('", "')}")`,
    fields: registryFields,
  };
}

const fileFields: Fields = {
  ...initiator,
  TargetFilename: '$FolderPath',
  SourceFilename:
    'iff($PreviousFolderPath endswith $PreviousFileName, $PreviousFolderPath, strcat($PreviousFolderPath, "\\\\", $PreviousFileName))',
  ...fileHashes,
};

function file(category: string, ...actions: readonly string[]): TableMapping {
  return {
    table: 'DeviceFileEvents',
    holds: { category, product: ['windows', 'linux', 'macos', ''] },
    where: `$ActionType in ("${actions.join('", "')}")`,
    fields: fileFields,
    lacks: noImportHashes,
  };
}

/** The value at the remote end of a connection that this device began, or at the local end of one that came in. */
const byDirection = (out: string, inbound: string): string =>
  `iff($ActionType == "InboundConnectionAccepted", ${inbound}, ${out})`;

const additional = (name: string): string => `tostring(parse_json($AdditionalFields)["${name}"])`;

function device(category: string, action: string, fields: Fields): TableMapping {
  return {
    table: 'DeviceEvents',
    holds: { category, product: ['windows', ''] },
    where: `$ActionType == "${action}"`,
    fields: { ...initiator, ...fields },
    lacks: noImportHashes,
  };
}

const betweenProcesses: Fields = {
  SourceImage: '$InitiatingProcessFolderPath',
  SourceCommandLine: '$InitiatingProcessCommandLine',
  SourceProcessId: '$InitiatingProcessId',
  SourceUser: account('InitiatingProcess'),
  TargetImage: '$FolderPath',
  TargetProcessId: '$ProcessId',
};

export const deviceTables: readonly TableMapping[] = [
  {
    table: 'DeviceProcessEvents',
    holds: { category: 'process_creation', product: ['windows', ''] },
    fields: processFields,
    lacks: noImportHashes,
  },
  {
    table: 'DeviceProcessEvents',
    holds: { category: 'process_creation', product: ['linux', 'macos'] },
    fields: { ...processFields, User: '$AccountName', ParentUser: '$InitiatingProcessAccountName' },
  },
  {
    table: 'DeviceNetworkEvents',
    holds: { category: 'network_connection', product: ['windows', 'linux', 'macos', ''] },
    fields: {
      ...initiator,
      Initiated: 'iff($ActionType == "InboundConnectionAccepted", "false", "true")',
      DestinationIp: byDirection('$RemoteIP', '$LocalIP'),
      DestinationPort: byDirection('tostring($RemotePort)', 'tostring($LocalPort)'),
      SourceIp: byDirection('$LocalIP', '$RemoteIP'),
      SourcePort: byDirection('tostring($LocalPort)', 'tostring($RemotePort)'),
      // Defender keeps the whole URL where it knows it.
      DestinationHostname: 'iff($RemoteUrl contains "://", tostring(parse_url($RemoteUrl).Host), $RemoteUrl)',
      DestinationIsIpv6: `iff(${byDirection('$RemoteIP', '$LocalIP')} contains ":", "true", "false")`,
      SourceIsIpv6: `iff(${byDirection('$LocalIP', '$RemoteIP')} contains ":", "true", "false")`,
      Protocol: '$Protocol',
    },
  },
  file('file_event', 'FileCreated', 'FileModified'),
  file('file_delete', 'FileDeleted'),
  file('file_rename', 'FileRenamed'),
  {
    table: 'DeviceImageLoadEvents',
    holds: { category: 'image_load', product: ['windows', ''] },
    fields: { ...initiator, ImageLoaded: '$FolderPath', ...fileHashes },
    lacks: noImportHashes,
  },
  registry('registry_set', 'RegistryValueSet'),
  registry('registry_add', 'RegistryKeyCreated'),
  registry('registry_delete', 'RegistryKeyDeleted', 'RegistryValueDeleted'),
  registry('registry_rename', 'RegistryKeyRenamed'),
  registry(
    'registry_event',
    'RegistryValueSet',
    'RegistryKeyCreated',
    'RegistryKeyDeleted',
    'RegistryValueDeleted',
    'RegistryKeyRenamed',
  ),
  device('dns_query', 'DnsQueryResponse', {
    QueryName: `iff(isnotempty($RemoteUrl), $RemoteUrl, ${additional('DnsQueryString')})`,
  }),
  device('pipe_created', 'NamedPipeEvent', {
    // Defender names the pipe from the root of all devices.
    PipeName: `iff(isnotempty(${additional('PipeName')}), replace_string(${additional('PipeName')}, @"\\Device\\NamedPipe", ""), strcat("\\\\", $FileName))`,
  }),
  device('driver_load', 'DriverLoad', { ImageLoaded: '$FolderPath', ...fileHashes }),
  device('create_remote_thread', 'CreateRemoteThreadApiCall', betweenProcesses),
  device('process_access', 'OpenProcessApiCall', betweenProcesses),
  {
    table: 'SecurityEvent',
    holds: { product: 'windows', service: 'security' },
    fields: { Provider_Name: '$EventSourceName', EventLog: '$Channel', ComputerName: '$Computer' },
  },
  {
    table: 'SecurityEvent',
    holds: { category: 'process_creation', product: ['windows', ''] },
    where: '$EventID == 4688',
    fields: {
      Image: '$NewProcessName',
      ParentImage: '$ParentProcessName',
      CommandLine: '$CommandLine',
      User: '$SubjectAccount',
    },
  },
];
