/** Tables of Sentinel and Defender for logs of other products: clouds, mail, web servers, proxies, firewalls, Linux. */
import type { TableMapping } from './tableMapping.ts';

type Fields = TableMapping['fields'];

/** A member of a column that holds JSON, as text. */
const member = (column: string, ...path: readonly string[]): string =>
  `tostring(parse_json(tostring($${column}))${path.map((name) => `["${name}"]`).join('')})`;

const w3c: Fields = {
  'c-ip': '$cIP',
  'cs-method': '$csMethod',
  'cs-uri-stem': '$csUriStem',
  'cs-uri-query': '$csUriQuery',
  'cs-uri': 'strcat($csUriStem, iff($csUriQuery in ("", "-"), "", strcat("?", $csUriQuery)))',
  'c-uri': 'strcat($csUriStem, iff($csUriQuery in ("", "-"), "", strcat("?", $csUriQuery)))',
  'cs-username': '$csUserName',
  'cs-user-agent': '$csUserAgent',
  'c-useragent': '$csUserAgent',
  'cs-referer': '$csReferer',
  'cs-cookie': '$csCookie',
  'cs-host': '$csHost',
  'cs-version': '$csVersion',
  'sc-status': '$scStatus',
  's-ip': '$sIP',
  's-port': '$sPort',
  's-sitename': '$sSiteName',
  's-computername': '$Computer',
};

const requestPath = 'tostring(parse_url($RequestURL).Path)';

/** Fields of the common event format, in which proxies and firewalls report. */
const cef: Fields = {
  'c-uri': '$RequestURL',
  'cs-uri': '$RequestURL',
  'cs-uri-stem': requestPath,
  'c-uri-stem': requestPath,
  'c-uri-query': 'tostring(parse_url($RequestURL)["Query Parameters"])',
  'cs-uri-query': 'extract(@"\\?(.*)$", 1, $RequestURL)',
  'c-uri-extension': 'extract(@"\\.([^./?#]+)(?:[?#]|$)", 1, $RequestURL)',
  'cs-method': '$RequestMethod',
  'c-useragent': '$RequestClientApplication',
  'cs-user-agent': '$RequestClientApplication',
  'cs-host':
    'iff(isempty($DestinationHostName), tostring(parse_url($RequestURL).Host), $DestinationHostName)',
  'r-dns': 'iff(isempty($DestinationHostName), tostring(parse_url($RequestURL).Host), $DestinationHostName)',
  'cs-cookie': '$RequestCookies',
  'cs-referrer': '$RequestContext',
  'cs-referer': '$RequestContext',
  'sc-status': '$EventOutcome',
  'cs-username': '$SourceUserName',
  src_ip: '$SourceIP',
  src_port: '$SourcePort',
  dst_ip: '$DestinationIP',
  dst_port: '$DestinationPort',
  username: '$SourceUserName',
  action: '$DeviceAction',
};

function syslog(service: string, where: string): TableMapping {
  return {
    table: 'Syslog',
    holds: { product: 'linux', category: '*', service },
    where,
    fields: { process: '$ProcessName', message: '$SyslogMessage', hostname: '$HostName' },
  };
}

export const serviceTables: readonly TableMapping[] = [
  {
    table: 'AWSCloudTrail',
    holds: { product: 'aws', service: 'cloudtrail' },
    fields: {
      eventName: '$EventName',
      eventSource: '$EventSource',
      eventType: '$EventTypeName',
      awsRegion: '$AWSRegion',
      sourceIPAddress: '$SourceIpAddress',
      'userIdentity.type': '$UserIdentityType',
      'userIdentity.arn': '$UserIdentityArn',
      'userIdentity.principalId': '$UserIdentityPrincipalid',
      'userIdentity.accountId': '$UserIdentityAccountId',
      'userIdentity.userName': '$UserIdentityUserName',
      'userIdentity.invokedBy': '$UserIdentityInvokedBy',
      'userIdentity.sessionContext.sessionIssuer.type': '$SessionIssuerType',
      'userIdentity.sessionContext.attributes.mfaAuthenticated': '$SessionMfaAuthenticated',
    },
  },
  {
    table: 'AzureActivity',
    holds: { product: 'azure', service: 'activitylogs' },
    fields: {
      operationName: '$OperationNameValue',
      'properties.message': member('Properties_d', 'message'),
    },
  },
  {
    table: 'AuditLogs',
    holds: { product: 'azure', service: 'auditlogs' },
    fields: {
      'properties.message': '$OperationName',
      Status: '$Result',
      ActivityType: '$OperationName',
      Initiatedby: '$InitiatedBy',
      Target: '$TargetResources',
      'ConsentContext.IsAdminConsent':
        'extract(@"IsAdminConsent[^:]*:[^a-zA-Z]*(\\w+)", 1, tostring($TargetResources))',
      'TargetResources.modifiedProperties.newValue': 'tostring($TargetResources)',
      'TargetResources.modifiedProperties.displayName': 'tostring($TargetResources)',
      'additionalDetails.additionalInfo': 'tostring($AdditionalDetails)',
    },
  },
  {
    table: 'SigninLogs',
    holds: { product: 'azure', service: 'signinlogs' },
    fields: {
      userAgent: '$UserAgent',
      Status: 'iff(tostring($ResultType) == "0", "Success", "Failure")',
      'properties.message': '$ResultDescription',
    },
  },
  {
    table: 'AADUserRiskEvents',
    holds: { product: 'azure', service: ['riskdetection', 'pim'] },
    fields: { riskEventType: '$RiskEventType' },
  },
  {
    table: 'OfficeActivity',
    holds: { product: 'm365', service: ['audit', 'exchange', 'threat_management', 'threat_detection'] },
    fields: {
      eventSource: '$OfficeWorkload',
      eventName: '$Operation',
      status: '$ResultStatus',
      Operation: '$Operation',
    },
  },
  {
    table: 'GCPAuditLogs',
    holds: { product: 'gcp', service: 'gcp.audit' },
    fields: {
      'gcp.audit.method_name': '$MethodName',
      'data.protoPayload.methodName': '$MethodName',
      'data.protoPayload.serviceName': '$ServiceName',
      'data.protoPayload.logName': '$LogName',
      'data.protoPayload.resource.type': '$GCPResourceType',
      'data.protoPayload.authorizationInfo.permission': '$AuthorizationInfo',
      'data.protoPayload.authorizationInfo.granted': '$AuthorizationInfo',
    },
  },
  { table: 'W3CIISLog', holds: { category: 'webserver', product: '*', service: '*' }, fields: w3c },
  { table: 'CommonSecurityLog', holds: { category: 'proxy', product: '*', service: '*' }, fields: cef },
  { table: 'CommonSecurityLog', holds: { category: 'firewall', product: '*', service: '*' }, fields: cef },
  {
    table: 'DnsEvents',
    holds: { category: 'dns', product: '*', service: '*' },
    fields: { query: '$Name', record_type: '$QueryType', answer: '$IPAddresses', src_ip: '$ClientIP' },
  },
  syslog('auth', '$Facility in ("auth", "authpriv")'),
  syslog('sshd', '$ProcessName =~ "sshd"'),
  syslog('sudo', '$ProcessName =~ "sudo"'),
  syslog('cron', '$ProcessName in~ ("cron", "crond")'),
  syslog('clamav', '$ProcessName in~ ("clamd", "clamav", "freshclam")'),
  syslog('vsftpd', '$ProcessName =~ "vsftpd"'),
  { table: 'Syslog', holds: { product: 'linux', service: ['syslog', 'auditd', ''] }, fields: {} },
];
