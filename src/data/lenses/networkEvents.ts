/** Connections as `DeviceNetworkEvents`. */
import type { ColumnMapping, LensRule } from './lens.ts';
import { recorded, security, sysmon, sysmonInitiator } from './windows.ts';

/**
 * Whether a connection came about, by Zeek's `conn_state`
 * (https://docs.zeek.org/en/master/scripts/base/protocols/conn/main.zeek.html): S1 to S3, SF, RSTO and RSTR were
 * established; REJ was refused; S0, SH and RSTOS0 had no answer to a SYN; the rest was seen in part.
 */
const zeekOutcome = `case(
  $conn_state in ('SF', 'S1', 'S2', 'S3', 'RSTO', 'RSTR'), 'ConnectionSuccess',
  $conn_state == 'S0' and $proto != 'tcp', 'ConnectionAttempt',
  $conn_state in ('S0', 'REJ', 'RSTOS0', 'RSTRH', 'SH', 'SHR'), 'ConnectionFailed',
  'ConnectionFound')`;

/** Zeek names no device: the host that starts the connection stands for it. */
const zeekConnection: ColumnMapping = {
  Timestamp: '$time',
  TimeGenerated: '$time',
  DeviceId: '$id.orig_h',
  DeviceName: '$id.orig_h',
  LocalIP: '$id.orig_h',
  LocalPort: 'toint($id.orig_p)',
  RemoteIP: '$id.resp_h',
  RemotePort: 'toint($id.resp_p)',
};

/** The protocols of the Windows Filtering Platform's events, by IANA's numbers. */
const protocolByNumber =
  "case($Protocol == '6', 'Tcp', $Protocol == '17', 'Udp', $Protocol in ('1', '58'), 'Icmp', $Protocol)";

export const networkRules: readonly LensRule[] = [
  {
    from: 'Sysmon 3',
    source: 'windows',
    when: sysmon(3),
    initiator: 'ProcessGuid',
    columns: {
      ...recorded,
      ActionType: "iff(tobool($Initiated) == false, 'InboundConnectionAccepted', 'ConnectionSuccess')",
      // The local end is this device's: the destination of a connection that came in.
      LocalIP: 'ip_of(iff(tobool($Initiated) == false, $DestinationIp, $SourceIp))',
      LocalPort: 'toint(iff(tobool($Initiated) == false, $DestinationPort, $SourcePort))',
      RemoteIP: 'ip_of(iff(tobool($Initiated) == false, $SourceIp, $DestinationIp))',
      RemotePort: 'toint(iff(tobool($Initiated) == false, $SourcePort, $DestinationPort))',
      RemoteUrl: 'given(iff(tobool($Initiated) == false, $SourceHostname, $DestinationHostname))',
      Protocol: "case($Protocol =~ 'tcp', 'Tcp', $Protocol =~ 'udp', 'Udp', $Protocol)",
      ...sysmonInitiator,
    },
  },
  {
    from: 'Security 5156',
    source: 'windows',
    when: security(5156, 5157),
    rather: { rule: 'Sysmon 3', same: ['DeviceName', 'LocalPort', 'RemoteIP', 'RemotePort'], within: '1m' },
    columns: {
      ...recorded,
      ActionType:
        "case($eventId == 5157, 'ConnectionFailed', $Direction == '%%14592', 'InboundConnectionAccepted', 'ConnectionSuccess')",
      // %%14592 is inbound: the source is then the other end.
      LocalIP: "ip_of(iff($Direction == '%%14592', $DestAddress, $SourceAddress))",
      LocalPort: "toint(iff($Direction == '%%14592', $DestPort, $SourcePort))",
      RemoteIP: "ip_of(iff($Direction == '%%14592', $SourceAddress, $DestAddress))",
      RemotePort: "toint(iff($Direction == '%%14592', $SourcePort, $DestPort))",
      Protocol: protocolByNumber,
      InitiatingProcessFileName: 'file_of($Application)',
      InitiatingProcessFolderPath: '$Application',
      InitiatingProcessId: 'tolong(iff(isempty($ProcessID), $ProcessId, $ProcessID))',
    },
  },
  {
    from: 'Security 5154',
    source: 'windows',
    when: security(5154),
    columns: {
      ...recorded,
      ActionType: "'ListeningConnectionCreated'",
      LocalIP: 'ip_of($SourceAddress)',
      LocalPort: 'toint($SourcePort)',
      Protocol: protocolByNumber,
      InitiatingProcessFileName: 'file_of($Application)',
      InitiatingProcessFolderPath: '$Application',
      InitiatingProcessId: 'tolong($ProcessId)',
    },
  },
  {
    from: 'Zeek conn',
    source: 'zeek',
    when: "$stream in ('', 'conn') and isnotempty($conn_state)",
    needs: ['conn_state', 'id.orig_h', 'id.resp_h'],
    columns: {
      ...zeekConnection,
      ActionType: zeekOutcome,
      Protocol: "case($proto == 'tcp', 'Tcp', $proto == 'udp', 'Udp', $proto == 'icmp', 'Icmp', $proto)",
    },
  },
  {
    from: 'Zeek dns',
    source: 'zeek',
    when: "$stream in ('', 'dns') and isnotempty($query)",
    needs: ['query', 'qtype_name', 'id.orig_h'],
    columns: {
      ...zeekConnection,
      ActionType: "'DnsConnectionInspected'",
      RemoteUrl: '$query',
      Protocol: "'Udp'",
    },
  },
  {
    from: 'Zeek http',
    source: 'zeek',
    when: "$stream in ('', 'http') and isnotempty($method)",
    needs: ['method', 'host', 'uri', 'id.orig_h'],
    columns: {
      ...zeekConnection,
      ActionType: "'HttpConnectionInspected'",
      RemoteUrl: 'strcat($host, $uri)',
      Protocol: "'Tcp'",
    },
  },
  {
    from: 'Zeek ssl',
    source: 'zeek',
    when: "$stream in ('', 'ssl') and isnotempty($server_name)",
    needs: ['server_name', 'id.orig_h'],
    columns: {
      ...zeekConnection,
      ActionType: "'SslConnectionInspected'",
      RemoteUrl: '$server_name',
      Protocol: "'Tcp'",
    },
  },
];
