/** The documentation page of `privileged-scripts`. */
import { scriptEndings, scriptHosts } from '../shared/scripts.ts';
import { defaultMinimum } from './arguments.ts';
import { rarityPoints, severityFrom } from './query.ts';

export const privilegedScriptsDocs = `# privileged-scripts

Lists the scripts that run as SYSTEM or with other high privileges, rarest first. What a management agent runs everywhere,
every day is common by its own numbers and falls to the end, without a list of agents that an attacker could imitate.

\`\`\`hunt
privileged-scripts:
  accounts: ['CORP\\adm-*', helpdesk]   # more privileged accounts, such as the domain admins
as: PrivilegedScripts
\`\`\`

| argument | default | meaning |
|---|---|---|
| \`in\` | \`DeviceProcessEvents\` | table of started processes |
| \`accounts\` | none | more privileged accounts: names, \`DOMAIN\\name\`, UPNs or SIDs; \`*\` stands for any text |
| \`elevated\` | \`true\` | whether an elevated token makes any account privileged |
| \`hosts\` | ${scriptHosts.slice(0, 6).join(', ')}, ... | programs that run scripts |
| \`minimum\` | ${defaultMinimum} | scripts of less rarity are counted in \`CommonScripts\`, not listed; \`0\` lists all |
| \`columns\` | found by name | \`time\`, \`device\`, \`file\`, \`command\`, \`account\`, \`sid\`, \`parent\` of another table |

## Method

1. **Privileged** is a process of S-1-5-18 (SYSTEM), S-1-5-19 (LOCAL SERVICE) or S-1-5-20 (NETWORK SERVICE), by SID or, where
   the log has none, by name; of root, a machine account (\`NAME$\`), the built-in administrator (RID 500; Microsoft,
   "Well-known SIDs"), an account that you list, or with a full token (UAC) or high integrity.
2. **A script** is run by a program in \`hosts\`, by one whose original file name is in \`hosts\` (a renamed host), or is a file
   that the command line names (${scriptEndings.slice(0, 6).join(', ')}, ...).
3. **The same script** is the same account, program, parent and command line, without GUIDs, hex words and numbers.
4. **Rarity** is stacking, also called long-tail analysis: \`1 - log(seen) / log(all)\`, so 1 for once and 0 for always, over the
   devices of the log (${rarityPoints.devices} points), its days in UTC (${rarityPoints.days}), the runs of all such scripts (${rarityPoints.runs}), and how often this parent starts
   this program (${rarityPoints.pair}). Where a log has one device or one day, that part says nothing and the others count for 100. The
   weights are this project's own judgement.
5. **Severity** is high from rarity ${severityFrom.high} with a folder that users can write to, an encoded command, a download or a renamed host;
   medium from ${severityFrom.medium} with any of those, a bypassed execution policy or a hidden window; else low.

## Result

\`Rank, Rarity, Severity, DeviceName, FirstSeen, LastSeen, Account, Privilege, FileName, Script, ProcessCommandLine,
ParentFileName, ParentCommandLine, Devices, Days, Runs, PairRuns, DeviceSample, Reasons, CommonScripts\`: one row a script;
device, command lines and account are those of its first run. A script that an attacker rolls out to every device on one
day is common by device and rare by day: it stays in the list unless it also runs on most days.
`;
