/**
 * Columns of Sentinel's `CommonSecurityLog` for the keys of ArcSight's Common Event Format, as Microsoft maps them
 * (https://learn.microsoft.com/azure/sentinel/cef-name-mapping).
 */
import type { ScalarType } from '../../kql/types.ts';
import { knownColumnTypes } from '../schemas/knownSchemas.ts';

/** Columns of the header's parts, by the names of {@link headerNames}. */
export const headerColumns: Readonly<Record<string, string>> = {
  DeviceVendor: 'vendor',
  DeviceProduct: 'product',
  DeviceVersion: 'version',
  DeviceEventClassID: 'class',
  Activity: 'name',
  LogSeverity: 'severity',
};

/** Parts of an event; `mark` is empty where a line holds none. */
export const headerNames = ['before', 'mark', ...Object.values(headerColumns), 'ext'];

/** Columns by the key of an extension; a key may fill several, each of them where its value fits the type. */
export const columnsByKey: Readonly<Record<string, readonly string[]>> = {
  act: ['DeviceAction'],
  app: ['ApplicationProtocol'],
  cat: ['DeviceEventCategory'],
  cnt: ['EventCount'],
  destinationDnsDomain: ['DestinationDnsDomain'],
  destinationServiceName: ['DestinationServiceName'],
  destinationTranslatedAddress: ['DestinationTranslatedAddress'],
  destinationTranslatedPort: ['DestinationTranslatedPort'],
  deviceDirection: ['CommunicationDirection'],
  deviceDnsDomain: ['DeviceDnsDomain'],
  deviceExternalId: ['DeviceExternalID'],
  deviceFacility: ['DeviceFacility'],
  deviceInboundInterface: ['DeviceInboundInterface'],
  deviceNtDomain: ['DeviceNtDomain'],
  deviceOutboundInterface: ['DeviceOutboundInterface'],
  devicePayloadId: ['DevicePayloadId'],
  deviceProcessName: ['ProcessName'],
  deviceTranslatedAddress: ['DeviceTranslatedAddress'],
  dhost: ['DestinationHostName'],
  dmac: ['DestinationMACAddress'],
  dntdom: ['DestinationNTDomain'],
  dpid: ['DestinationProcessId'],
  dpriv: ['DestinationUserPrivileges'],
  dproc: ['DestinationProcessName'],
  dpt: ['DestinationPort'],
  dst: ['DestinationIP'],
  dtz: ['DeviceTimeZone'],
  duid: ['DestinationUserID'],
  duser: ['DestinationUserName'],
  dvc: ['DeviceAddress'],
  dvchost: ['DeviceName'],
  dvcmac: ['DeviceMacAddress'],
  dvcpid: ['ProcessID'],
  end: ['EndTime'],
  externalId: ['ExtID', 'ExternalID'],
  fileCreateTime: ['FileCreateTime'],
  fileHash: ['FileHash'],
  fileId: ['FileID'],
  fileModificationTime: ['FileModificationTime'],
  filePath: ['FilePath'],
  filePermission: ['FilePermission'],
  fileType: ['FileType'],
  fname: ['FileName'],
  fsize: ['FileSize'],
  in: ['ReceivedBytes'],
  msg: ['Message'],
  oldFileCreateTime: ['OldFileCreateTime'],
  oldFileHash: ['OldFileHash'],
  oldFileId: ['OldFileID'],
  oldFileModificationTime: ['OldFileModificationTime'],
  oldFileName: ['OldFileName'],
  oldFilePath: ['OldFilePath'],
  oldFilePermission: ['OldFilePermission'],
  oldFileSize: ['OldFileSize'],
  oldFileType: ['OldFileType'],
  out: ['SentBytes'],
  outcome: ['EventOutcome'],
  proto: ['Protocol'],
  reason: ['Reason'],
  request: ['RequestURL'],
  requestClientApplication: ['RequestClientApplication'],
  requestContext: ['RequestContext'],
  requestCookies: ['RequestCookies'],
  requestMethod: ['RequestMethod'],
  rt: ['ReceiptTime'],
  shost: ['SourceHostName'],
  smac: ['SourceMACAddress'],
  sntdom: ['SourceNTDomain'],
  sourceDnsDomain: ['SourceDnsDomain'],
  sourceServiceName: ['SourceServiceName'],
  sourceTranslatedAddress: ['SourceTranslatedAddress'],
  sourceTranslatedPort: ['SourceTranslatedPort'],
  spid: ['SourceProcessId'],
  spriv: ['SourceUserPrivileges'],
  sproc: ['SourceProcessName'],
  spt: ['SourcePort'],
  src: ['SourceIP'],
  start: ['StartTime'],
  suid: ['SourceUserID'],
  suser: ['SourceUserName'],
  type: ['EventType'],
  ...numbered('c6a', 4, 'DeviceCustomIPv6Address'),
  ...numbered('cfp', 4, 'DeviceCustomFloatingPoint'),
  ...numbered('cs', 6, 'DeviceCustomString'),
  ...numbered('cn', 3, 'DeviceCustomNumber'),
  // The wider column follows the narrow one, which Sentinel is giving up.
  cn1: ['DeviceCustomNumber1', 'FieldDeviceCustomNumber1'],
  cn2: ['DeviceCustomNumber2', 'FieldDeviceCustomNumber2'],
  cn3: ['DeviceCustomNumber3', 'FieldDeviceCustomNumber3'],
  ...numbered('deviceCustomDate', 2, 'DeviceCustomDate'),
  ...numbered('flexDate', 1, 'FlexDate'),
  ...numbered('flexNumber', 2, 'FlexNumber'),
  ...numbered('flexString', 2, 'FlexString'),
};

/** A numbered key and its label. */
function numbered(key: string, count: number, column: string): Record<string, readonly string[]> {
  const numbers = Array.from({ length: count }, (_unused, index) => index + 1);
  return Object.fromEntries(
    numbers.flatMap((n) => [
      [`${key}${n}`, [`${column}${n}`]],
      [`${key}${n}Label`, [`${column}${n}Label`]],
    ]),
  );
}

/** Columns that the service itself fills. */
const ownColumns = /^(_|TenantId$|Type$)/;

/** All columns of the table with their types, those that the service fills left out. */
export function tableColumns(): ReadonlyMap<string, ScalarType> {
  const all = knownColumnTypes('CommonSecurityLog') ?? new Map<string, ScalarType>();
  return new Map([...all].filter(([name]) => !ownColumns.test(name)));
}
