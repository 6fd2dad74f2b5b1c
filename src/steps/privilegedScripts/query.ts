/** The KQL of `privileged-scripts`. */
import { kqlName, kqlString, kqlStrings } from '../../kql/kqlText.ts';
import {
  bypassFlag,
  download,
  encodedFlag,
  hiddenFlag,
  scriptPath,
  writableFolder,
} from '../shared/scripts.ts';
import { privilege } from './privilege.ts';

export interface ScriptQuery {
  readonly table: string;
  readonly columns: Readonly<Record<'time' | 'device' | 'file' | 'command', string>> &
    Readonly<Partial<Record<OptionalColumn, string>>>;
  readonly accounts: readonly string[];
  readonly isElevatedPrivileged: boolean;
  readonly hosts: readonly string[];
  readonly minimum: number;
}

export type OptionalColumn =
  | 'account'
  | 'domain'
  | 'upn'
  | 'sid'
  | 'elevation'
  | 'integrity'
  | 'originalName'
  | 'parent'
  | 'parentCommand';

/** How much each kind of rarity counts, in points of 100. */
export const rarityPoints = { devices: 35, days: 25, runs: 25, pair: 15 } as const;

/** Rarities from which a script with a sign of misuse is of high and of medium severity. */
export const severityFrom = { high: 60, medium: 30 } as const;

/** A complete KQL query with one row a script (account, program, parent and command line without its numbers). */
export function scriptQuery(query: ScriptQuery): string {
  return [processes(query), runs(query), patterns(), result(query)].join('\n');
}

function processes({ table, columns }: ScriptQuery): string {
  return lines(
    `// Started processes, under one set of names.`,
    `let _Processes = ${kqlName(table)}`,
    `| project Time = ${kqlName(columns.time)}, DeviceName = tostring(${kqlName(columns.device)}), FileName = ${fileName(text(columns.file))},`,
    `    ProcessCommandLine = ${text(columns.command)}, Account = ${text(columns.account)}, AccountDomain = ${text(columns.domain)},`,
    `    AccountUpn = ${text(columns.upn)}, Sid = ${text(columns.sid)}, Elevation = ${text(columns.elevation)}, Integrity = ${text(columns.integrity)},`,
    `    OriginalName = ${text(columns.originalName)}, ParentFileName = ${fileName(text(columns.parent))}, ParentCommandLine = ${text(columns.parentCommand)}`,
    `| where isnotnull(Time);`,
    `let _AllDevices = toscalar(_Processes | summarize count_distinct(tolower(DeviceName)));`,
    `let _AllDays = toscalar(_Processes | summarize count_distinct(bin(Time, 1d)));`,
  );
}

/** Runs of scripts with privileges, each with what makes it the same script as another run. */
function runs({ accounts, isElevatedPrivileged, hosts }: ScriptQuery): string {
  const known = kqlStrings(hosts.map((host) => host.toLowerCase()));
  return lines(
    `// Those that run a script with privileges.`,
    `let _Runs = _Processes`,
    `| extend Name = tolower(extract(@"([^\\\\]+)$", 1, Account)), QualifiedName = iff(Account contains "\\\\" or isempty(AccountDomain), Account, strcat(AccountDomain, "\\\\", Account))`,
    `| extend Privilege = ${privilege(accounts, isElevatedPrivileged)}`,
    `| where isnotempty(Privilege)`,
    `| extend Program = tolower(FileName), Original = tolower(OriginalName), Script = extract(${kqlString(scriptPath.quoted)}, 1, ProcessCommandLine)`,
    `| extend Script = iff(isempty(Script), extract(${kqlString(scriptPath.plain)}, 1, ProcessCommandLine), Script)`,
    `| extend IsRenamed = Original in ${known} and Program !in ${known}`,
    `| where Program in ${known} or IsRenamed or isnotempty(Script)`,
    `// What changes from run to run is no part of the script: GUIDs, long hex words, and numbers.`,
    `| extend Pattern = ${pattern('ProcessCommandLine')}, Parent = tolower(ParentFileName);`,
    `let _AllRuns = toscalar(_Runs | count);`,
  );
}

function patterns(): string {
  return lines(
    `// How common each script is, and how common it is that this parent starts this program.`,
    `let _Patterns = _Runs`,
    `| summarize Devices = count_distinct(tolower(DeviceName)), Days = count_distinct(bin(Time, 1d)), Runs = count(), LastSeen = max(Time),`,
    `    DeviceSample = make_set(DeviceName, ${sampleSize}), arg_min(Time, DeviceName, FileName, ProcessCommandLine, Script, Account, Privilege, IsRenamed, ParentFileName, ParentCommandLine)`,
    `    by Program, Parent, Name, Pattern`,
    `| join kind=inner (_Runs | summarize PairRuns = count() by Program, Parent) on Program, Parent`,
    `| extend RDevices = ${rarity('Devices', '_AllDevices')}, RDays = ${rarity('Days', '_AllDays')}, RRuns = ${rarity('Runs', '_AllRuns')}, RPair = ${rarity('PairRuns', '_AllRuns')}`,
    `| extend Known = ${parts.map(([part, points]) => `iff(isnull(${part}), 0, ${points})`).join(' + ')}`,
    `| extend Rarity = iff(Known == 0, 100, toint(round(100.0 * (${parts.map(([part, points]) => `coalesce(${part}, 0.0) * ${points}`).join(' + ')}) / Known)));`,
  );
}

const parts = [
  ['RDevices', rarityPoints.devices],
  ['RDays', rarityPoints.days],
  ['RRuns', rarityPoints.runs],
  ['RPair', rarityPoints.pair],
] as const;

function result({ minimum }: ScriptQuery): string {
  return lines(
    `let _Common = toscalar(_Patterns | where Rarity < ${minimum} | count);`,
    `_Patterns`,
    `| where Rarity >= ${minimum}`,
    `| extend IsWritable = Script matches regex ${kqlString(writableFolder)}, IsEncoded = ProcessCommandLine matches regex ${kqlString(encodedFlag)},`,
    `    IsDownload = ProcessCommandLine matches regex ${kqlString(download)}, IsBypass = ProcessCommandLine matches regex ${kqlString(bypassFlag)},`,
    `    IsHidden = ProcessCommandLine matches regex ${kqlString(hiddenFlag)}`,
    `| extend Severity = case(Rarity >= ${severityFrom.high} and (IsWritable or IsEncoded or IsDownload or IsRenamed), "high",`,
    `    Rarity >= ${severityFrom.medium} and (IsWritable or IsEncoded or IsDownload or IsRenamed or IsBypass or IsHidden), "medium", "low")`,
    `| extend Reasons = strcat("on ", Devices, " of ", _AllDevices, " devices, ", Days, " of ", _AllDays, " days, ", Runs, " of ", _AllRuns, " runs; ",`,
    `    iff(isempty(Parent), "its parent is not known", strcat(ParentFileName, " started ", FileName, " ", PairRuns, iff(PairRuns == 1, " time", " times"))),`,
    `    iff(IsRenamed, "; the program is a renamed script host", ""), iff(IsWritable, "; the script lies in a folder that users can write to", ""),`,
    `    iff(IsEncoded, "; its command is encoded", ""), iff(IsDownload, "; its command downloads", ""),`,
    `    iff(IsBypass, "; bypasses the execution policy", ""), iff(IsHidden, "; hides its window", ""))`,
    `| sort by Rarity desc, Severity asc, Time asc, Program asc, Parent asc, Name asc, Pattern asc`,
    `| extend Rank = row_number()`,
    `| project Rank, Rarity, Severity, DeviceName, FirstSeen = Time, LastSeen, Account, Privilege, FileName, Script, ProcessCommandLine,`,
    `    ParentFileName, ParentCommandLine, Devices, Days, Runs, PairRuns, DeviceSample = strcat_array(array_sort_asc(DeviceSample), ", "),`,
    `    Reasons, CommonScripts = _Common`,
  );
}

const sampleSize = 10;

/** 1 for what was seen once of so many, 0 for what was seen always; null where there is only one to see. */
const rarity = (seen: string, all: string): string =>
  `iff(${all} > 1, 1.0 - log(${seen}) / log(${all}), real(null))`;

/** The command line without what a program writes anew each time. */
function pattern(command: string): string {
  const replacements = [
    [String.raw`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`, '#'],
    // Words such as 3f2a9c or tmp8D1E: digits on both sides of letters, or digits among at least eight hex digits.
    [String.raw`[a-z]*\d+[a-z]+\d[a-z0-9]*`, '#'],
    [String.raw`\b[0-9a-f]{12,}\b`, '#'],
    [String.raw`\d+`, '#'],
  ] as const;
  return replacements.reduce(
    (expression, [regex, by]) => `replace_regex(${expression}, ${kqlString(regex)}, ${kqlString(by)})`,
    `tolower(${command})`,
  );
}

const fileName = (path: string): string => (path === '""' ? path : `extract(@"([^\\\\/]*)$", 1, ${path})`);

const text = (column: string | undefined): string =>
  column === undefined ? '""' : `tostring(${kqlName(column)})`;

function lines(...parts: readonly string[]): string {
  return parts.join('\n');
}
