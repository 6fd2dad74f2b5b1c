/**
 * What speaks for a process having done it, as data: each piece of evidence gives points and a sentence.
 * The points of all pieces together are 100.
 *
 * Expressions see the columns `FileName`, `ProcessCommandLine`, `AccountName`, `InitiatingProcessFileName`,
 * `InitiatingProcessCommandLine`, `Lead` (seconds from its start to the first connection; negative: it started later;
 * null: unknown), `Opened` and `AllOpened` (connections that it, and that the device, opened in the scan's time).
 */
import { kqlString, kqlStrings } from '../../kql/kqlText.ts';
import {
  bypassFlag,
  encodedFlag,
  hiddenFlag,
  scriptHosts as allScriptHosts,
  scriptPath,
  writableScript,
} from '../shared/scripts.ts';

export interface Evidence {
  readonly id: string;
  /** What it is, for the documentation. */
  readonly about: string;
  readonly maxPoints: number;
  /** KQL expression of a number from 0 to `maxPoints`. */
  readonly points: string;
  /** KQL expression of the sentence, read only where there are points. */
  readonly reason: string;
}

/** The shell that starts every batch file and most other things tells nothing by itself. */
const scriptHosts = allScriptHosts.filter((name) => name !== 'cmd.exe');

const serviceAccounts = ['system', 'localsystem', 'local service', 'network service', 'root'];

const scanWord = String.raw`(?i)(port.?scan|scan.?ports?\b|nmap|masscan|zmap|rustscan|naabu|netscan|advanced.?ip.?scanner|test-netconnection.*foreach|foreach.*(test-netconnection|tcpclient))`;

const account = `tolower(extract(@"([^\\\\]+)$", 1, AccountName))`;
const matches = (column: string, pattern: string): string => `${column} matches regex ${kqlString(pattern)}`;
const either = (first: string, points: number, otherwise: string): string =>
  `iff(${first}, ${points}.0, ${otherwise})`;

/** The smallest share of the device's connections that says anything about a process. */
export const leastShare = 0.05;

const lead = `case(abs(Lead) < 120, strcat(round(abs(Lead), 1), " s"), strcat(round(abs(Lead) / 60, 1), " min"))`;

export const evidence: readonly [Evidence, ...Evidence[]] = [
  {
    id: 'Opened',
    about:
      'The network log names it as the process that opened the connections; in proportion to its share of them.',
    maxPoints: 35,
    points: `iff(AllOpened > 0 and Opened >= ${leastShare} * AllOpened, 35.0 * Opened / AllOpened, 0.0)`,
    reason: `strcat("opened ", Opened, " of the device's ", AllOpened, " connections in that time")`,
  },
  {
    id: 'Close',
    about:
      'It started shortly before the first connection: 20 within 10 s, 15 within 1 min, 8 within 5 min, else 2.',
    maxPoints: 20,
    points: `case(isnull(Lead) or Lead < 0, 0.0, Lead <= 10, 20.0, Lead <= 60, 15.0, Lead <= 300, 8.0, 2.0)`,
    reason: `strcat("started ", ${lead}, " before the first connection")`,
  },
  {
    id: 'ScriptHost',
    about: `It runs scripts (${scriptHosts.slice(0, 4).join(', ')}, ...).`,
    maxPoints: 10,
    points: either(`FileName in~ ${kqlStrings(scriptHosts)}`, 10, '0.0'),
    reason: `strcat(FileName, " is a script host")`,
  },
  {
    id: 'ScriptFile',
    about: 'Its command line names a script file.',
    maxPoints: 10,
    points: either(matches('ProcessCommandLine', scriptPath.plain), 10, '0.0'),
    reason: `strcat("runs the script ", extract(@"([^\\\\/]+)$", 1, extract(${kqlString(scriptPath.plain)}, 1, ProcessCommandLine)))`,
  },
  {
    id: 'WritableFolder',
    about:
      'The script lies in a folder that any user can write to (ProgramData, Temp, Public, Downloads, ...).',
    maxPoints: 5,
    points: either(matches('ProcessCommandLine', writableScript), 5, '0.0'),
    reason: `"the script lies in a folder that users can write to"`,
  },
  {
    id: 'ServiceAccount',
    about: 'It runs as SYSTEM or another service account.',
    maxPoints: 8,
    points: either(
      `${account} in ${kqlStrings(serviceAccounts)} or ${account} endswith "$" or ${matches(account, '^(svc|srv|service)[-_.]')}`,
      8,
      '0.0',
    ),
    reason: `strcat("runs as ", toupper(AccountName))`,
  },
  {
    id: 'Flags',
    about: 'Its command line bypasses the execution policy, is encoded, or hides its window.',
    maxPoints: 7,
    points: either(
      [bypassFlag, encodedFlag, hiddenFlag].map((flag) => matches('ProcessCommandLine', flag)).join(' or '),
      7,
      '0.0',
    ),
    reason: `case(${matches('ProcessCommandLine', encodedFlag)}, "its command is encoded", ${matches('ProcessCommandLine', bypassFlag)}, "bypasses the execution policy", "hides its window")`,
  },
  {
    id: 'ScanWord',
    about: 'Its command line names a scanner or scanning.',
    maxPoints: 5,
    points: either(matches('ProcessCommandLine', scanWord), 5, '0.0'),
    reason: `"its command line speaks of scanning"`,
  },
];

/** Scores from which a process is a high and a medium suspect. */
export const severityFrom = { high: 70, medium: 50 } as const;
