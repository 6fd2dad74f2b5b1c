/** Published scan detectors on the same connections, side by side: which of them agree on which source. */
import { z } from 'zod';
import { kqlString, kqlTimespan } from '../../kql/kqlText.ts';
import { duration, durationMs } from '../shared/duration.ts';
import { connectionRows, lines, type ScanQuery } from './scanQuery.ts';
import { verdictKql, walkKql } from './walk.ts';

export const methodNames = ['trw', 'zeek', 'simple-scan', 'snort', 'sentinel'] as const;
export type MethodName = (typeof methodNames)[number];

const count = (value: number, describe: string) => z.int().min(1).default(value).describe(describe);
const time = (value: string, describe: string) => duration.default(value).describe(describe);

/** Each method's published defaults. */
export const methodConstants = z
  .strictObject({
    zeek: z
      .strictObject({
        ports: count(15, 'Failed ports on one host (Port_Scan).'),
        hosts: count(25, 'Hosts that failed on one port (Address_Scan).'),
        window: time('5m', 'Windows that do not overlap.'),
      })
      .prefault({})
      .describe('Zeek policy/misc/scan.zeek.'),
    'simple-scan': z
      .strictObject({
        remote: count(25, 'Failed targets, host and port, of a public source.'),
        local: count(250, 'Failed targets of a private source.'),
        knock: count(20, 'Hosts that failed on one port, of a public source (knockknock).'),
        idle: time('15m', 'Pause after which counting begins anew.'),
      })
      .prefault({})
      .describe('bro-simple-scan scripts/scan.zeek:56-87, without the lower counts for dark hosts.'),
    snort: z
      .strictObject({
        scans: count(200, 'Attempts, whatever became of them.'),
        rejects: count(10, 'Failed attempts.'),
        nets: count(60, 'Hosts: a port scan tries fewer.'),
        ports: count(15, 'Ports: a port scan tries as many.'),
        sweepScans: count(30, 'Attempts of a sweep.'),
        sweepRejects: count(7, 'Failed attempts of a sweep.'),
        sweepNets: count(7, 'Hosts: a sweep tries as many.'),
        sweepPorts: count(10, 'Ports: a sweep tries no more.'),
        window: time('90s', 'Windows that do not overlap.'),
      })
      .prefault({})
      .describe('Snort 3 port_scan, medium sensitivity: TCP port scan and sweep.'),
    sentinel: z
      .strictObject({
        ports: count(50, 'A source with more distinct ports than this.'),
        window: time('5m', 'Windows that do not overlap.'),
        public: z.boolean().default(true).describe('Only sources with a public address.'),
      })
      .prefault({})
      .describe('Microsoft Sentinel: Port scan detected (ASIM).'),
  })
  .prefault({})
  .describe('Constants of the methods side by side.');

export type MethodConstants = z.infer<typeof methodConstants>;

export interface MethodsQuery extends Pick<ScanQuery, 'from' | 'exclude' | 'walk'> {
  readonly methods: readonly MethodName[];
  readonly constants: MethodConstants;
}

/** How many of the methods must agree for a severity. */
const severityFrom = { high: 3, medium: 2 } as const;

/** A complete KQL query: one row a source that any method flags, with each method's verdict and what it counted. */
export function methodsQuery(query: MethodsQuery): string {
  const { methods } = query;
  const flagged = methods.map(
    (name) => `    ${columnOf(name)} = countif(Method == ${kqlString(name)} and IsScan) > 0`,
  );
  const evidence = methods.map(
    (name) =>
      `    ${columnOf(name)}Evidence = strcat_array(make_list_if(Evidence, Method == ${kqlString(name)}), "; ")`,
  );
  const names = methods.map((name) => `iff(${columnOf(name)}, ${kqlString(`, ${name}`)}, "")`).join(', ');
  return lines(
    connectionRows(query),
    ...methods.map((name) => detectors[name](query)),
    `union ${methods.map(tableOf).join(', ')}`,
    `| summarize Agree = countif(IsScan),`,
    [...flagged, ...evidence].join(',\n'),
    `    by Source, DeviceName`,
    `| where Agree > 0`,
    `| extend Methods = substring(strcat(${names}, ""), 2), Of = ${methods.length},`,
    `    Severity = case(Agree >= ${severityFrom.high}, "high", Agree >= ${severityFrom.medium}, "medium", "low")`,
    `| project Source, DeviceName, Agree, Of, Severity, Methods, ${methods.map(columnOf).join(', ')},`,
    `    ${methods.map((name) => `${columnOf(name)}Evidence`).join(', ')}`,
    `| sort by Agree desc, Source asc, DeviceName asc`,
  );
}

const columns: Readonly<Record<MethodName, string>> = {
  trw: 'Trw',
  zeek: 'Zeek',
  'simple-scan': 'SimpleScan',
  snort: 'Snort',
  sentinel: 'Sentinel',
};
const columnOf = (name: MethodName): string => columns[name];
const tableOf = (name: MethodName): string => `_${columns[name]}`;

/** Each gives a table of `Source, DeviceName, Method, IsScan, Evidence`, a row a source. */
const detectors: Readonly<Record<MethodName, (query: MethodsQuery) => string>> = {
  trw: ({ walk }) =>
    lines(
      `// Threshold Random Walk (Jung et al. 2004): first contacts with each host, ${walk.scanner} before ${walk.benign}.`,
      `let _Walkers = _Rows | where Failed | distinct Source, DeviceName;`,
      `let _Walk = ${walkKql(walk)};`,
      `let _Trw = ${verdictKql(walk)}`,
      `| project Source, DeviceName, Method = "trw", IsScan = Trw == "scanner",`,
      `    Evidence = strcat(Trw, " after ", TrwContacts, " first contacts (", ${kqlString(walk.text)}, ")");`,
    ),

  zeek: ({ constants: { zeek } }) => {
    const window = span(zeek.window);
    const widest = (by: string, across: string): string =>
      `    (_Rows | where Failed | summarize ${across}s = count_distinct(${across}) by Source, DeviceName, ${by}, Window = bin(Time, ${window}))`;
    return lines(
      `// Zeek scan.zeek: failed connections, unique hosts on one port or ports on one host.`,
      `let _Zeek = union`,
      `${widest('Host', 'Port')},`,
      widest('Port', 'Host'),
      `| summarize Ports = max(coalesce(Ports, 0)), Hosts = max(coalesce(Hosts, 0)) by Source, DeviceName`,
      `| project Source, DeviceName, Method = "zeek", IsScan = Ports >= ${zeek.ports} or Hosts >= ${zeek.hosts},`,
      `    Evidence = strcat(Ports, " failed ports on a host, ", Hosts, " hosts on a port in ${window} (${zeek.ports}, ${zeek.hosts})");`,
    );
  },

  'simple-scan': ({ constants }) => {
    const { remote, local, knock, idle } = constants['simple-scan'];
    return lines(
      `// bro-simple-scan: unique failed targets of a source until it is idle; private sources may fail more.`,
      `let _Attempted = materialize(_Rows`,
      `| where Failed`,
      `| sort by Source asc, DeviceName asc, Time asc`,
      `| extend IsNew = Source != prev(Source) or DeviceName != prev(DeviceName) or Time - prev(Time) > ${span(idle)}`,
      `| extend Spell = row_cumsum(iff(IsNew, 1, 0)));`,
      `let _Knocks = _Attempted`,
      `| summarize Hosts = count_distinct(Host) by Source, DeviceName, Spell, Port`,
      `| summarize Knocks = max(Hosts) by Source, DeviceName;`,
      `let _SimpleScan = _Attempted`,
      `| distinct Source, DeviceName, Spell, Host, Port`,
      `| summarize Targets = count() by Source, DeviceName, Spell`,
      `| summarize Targets = max(Targets) by Source, DeviceName`,
      `| join kind=inner _Knocks on Source, DeviceName`,
      `| extend IsPublic = ${isPublic}`,
      `| project Source, DeviceName, Method = "simple-scan",`,
      `    IsScan = Targets >= iff(IsPublic, ${remote}, ${local}) or (IsPublic and Knocks >= ${knock}),`,
      `    Evidence = strcat(Targets, " failed targets, ", Knocks, " hosts on a port (", iff(IsPublic, "remote: ${remote}, ${knock}", "local: ${local}"), ")");`,
    );
  },

  snort: ({ constants: { snort } }) => {
    const window = span(snort.window);
    return lines(
      `// Snort 3 port_scan, medium: a port scan of one host, or a sweep over hosts.`,
      `let _OneHost = _Rows`,
      `| summarize Scans = count(), Rejects = countif(Failed), Ports = count_distinct(Port) by Source, DeviceName, Host, Window = bin(Time, ${window})`,
      `| join kind=inner (_Rows | summarize Sources = count_distinct(Source) by Host, Window = bin(Time, ${window})) on Host, Window`,
      `| extend IsScan = (Rejects >= ${snort.rejects} or Scans >= ${snort.scans}) and Sources < ${snort.nets} and Ports >= ${snort.ports}`,
      `| summarize IsPortScan = countif(IsScan) > 0, Ports = max(Ports) by Source, DeviceName;`,
      `let _ManyHosts = _Rows`,
      `| summarize Scans = count(), Rejects = countif(Failed), Hosts = count_distinct(Host), Ports = count_distinct(Port) by Source, DeviceName, Window = bin(Time, ${window})`,
      `| extend IsScan = (Rejects >= ${snort.sweepRejects} or Scans >= ${snort.sweepScans}) and Hosts >= ${snort.sweepNets} and Ports <= ${snort.sweepPorts}`,
      `| summarize IsSweep = countif(IsScan) > 0, Hosts = max(Hosts) by Source, DeviceName;`,
      `let _Snort = _OneHost`,
      `| join kind=inner _ManyHosts on Source, DeviceName`,
      `| project Source, DeviceName, Method = "snort", IsScan = IsPortScan or IsSweep,`,
      `    Evidence = strcat(iff(IsPortScan, "port scan, ", ""), iff(IsSweep, "sweep, ", ""), Ports, " ports on a host, ", Hosts, " hosts in ${window} (${snort.ports}, ${snort.sweepNets})");`,
    );
  },

  sentinel: ({ constants: { sentinel } }) => {
    const window = span(sentinel.window);
    return lines(
      `// Microsoft Sentinel, Port scan detected (ASIM): distinct ports of a source.`,
      `let _Sentinel = _Rows`,
      `| summarize Ports = count_distinct(Port) by Source, DeviceName, Window = bin(Time, ${window})`,
      `| summarize Ports = max(Ports) by Source, DeviceName`,
      `| extend IsMeant = ${sentinel.public ? isPublic : 'true'}`,
      `| project Source, DeviceName, Method = "sentinel", IsScan = IsMeant and Ports > ${sentinel.ports},`,
      `    Evidence = strcat(Ports, " ports in ${window} (more than ${sentinel.ports})", iff(IsMeant, "", "; a private source is not looked at"));`,
    );
  },
};

/** Whether the source has an address of the Internet; IPv6 addresses outside of fc00::/7 and fe80::/10 have. */
const isPublic = `iff(Source contains ":", not(Source matches regex "^(?i)(f[cd]|fe[89ab])"), ipv4_is_private(Source) == false)`;

/** The schema has checked that the text is a duration. */
const span = (text: string): string => kqlTimespan(durationMs(text) ?? 0);
