/** The documentation page of `detect`. */
import { defaultStatuses } from './arguments.ts';

export const detectDocs = `# detect

Runs [Sigma](https://sigmahq.io) rules against the tables of the session, thousands at once: each table is read a few
times for all rules of a log source.

\`\`\`hunt
detect:
  rules: sigma/rules/windows      # a folder with all below it, a pattern such as rules/**/*.yml, or files
  level: medium
  exclude: [proc_creation_win_whoami_execution.yml]
as: Detections
\`\`\`

| argument | default | meaning |
|---|---|---|
| \`rules\` | | folders, patterns or files of rules; outside the workspace they are read after you allow it |
| \`level\` | all | least level: informational, low, medium, high, critical |
| \`status\` | ${defaultStatuses.join(', ')} | statuses that run; a rule without one always runs |
| \`tags\` | all | only rules with one of these tags, such as \`attack.t1053.005\` |
| \`exclude\` | none | rules that do not run, by id, title or file name |
| \`tables\` | by log source | tables for log sources: \`{ proxy: ProxyLog, linux/auditd: Audit }\` |
| \`placeholders\` | none | values for rules with \`expand\`: \`{ Administrators: [alice, bob] }\` |

## Method

Rules are read by the Sigma specification 2.1: every modifier, condition, filter and correlation. A rule runs on the
tables that hold its log source and have all of its fields: raw Windows events (EVTX, or any table with \`Channel\` and
\`EventID\`), Defender's Device tables, Sentinel's \`SecurityEvent\` and other tables, Zeek's logs. A table of another
name is named in \`tables\`; its columns have the names of the rules' fields.

Of many rules on a table the step first asks which of the texts that they look for its events have at all. A rule that
needs a text which no event has matches nothing: it is left out of the query, and so are the alternatives of the others
that nothing can meet. The notices count such rules. *Show as KQL* shows all rules, as they stand.

A rule that cannot run is never silently false: the notices tell how many were read, compiled and refused, by kind
(\`field\`: the table has no place for a field; \`regex\`: an expression that Kusto cannot run; \`placeholder\`,
\`yaml\`, \`condition\` ...), and how many have no data here. It stops no other rule.

## Result

\`Timestamp, DeviceName, Severity, RuleTitle, Level, Tactics, Techniques, Process, CommandLine, ParentProcess, Account,
Object, Table, RuleId, RuleFile, LastSeen, Count\`: one row for each event and rule. \`Techniques\` are those of ATT&CK today, so that
\`map-ttps\` takes the result as it is.

A correlation rule (\`event_count\`, \`value_count\`, \`temporal\`, \`temporal_ordered\` and pySigma's \`value_sum\`,
\`value_avg\`, \`value_median\`, \`value_percentile\`) finds the rules that it names by \`name\` or \`id\` among the files read, and
gives a row for each incident: \`Timestamp\` is its first event, \`LastSeen\` its last, \`Object\` the fields of \`group-by\` with
their values, \`Count\` how many events, values or rules there were. The rules that it names give no rows of their own, unless
it says \`generate: true\`. Of all other rules a row is one event: \`Count\` is 1, and \`LastSeen\` is \`Timestamp\`.
`;
