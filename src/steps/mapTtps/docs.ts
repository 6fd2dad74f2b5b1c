/** The documentation page of `map-ttps`. */
import { attackVersion, technique } from '../../attack/catalogue.ts';
import { defaultMinimum } from './arguments.ts';
import { rules } from './rules.ts';

export const mapTtpsDocs = `# map-ttps

Names the MITRE ATT&CK techniques that the evidence supports, and those that the hunter adds.

\`\`\`hunt
map-ttps:
  from: [Scans, Suspects]
  also: [{ technique: T1053, status: suspected, note: the parent is the Task Scheduler }]
as: Techniques
\`\`\`

| argument | default | meaning |
|---|---|---|
| \`from\` | none | tables with evidence: results of earlier cells, or loaded logs |
| \`also\` | none | techniques that you add: \`technique\`, \`status\` (confirmed, suspected, potential), \`note\` |
| \`rules\` | none | YAML files with rules of your own, which join those below |
| \`coverage\` | false | also a row for each technique that rules looked for and did not find |
| \`layer\` | none | a Navigator layer with techniques of interest, such as those of a group: each gets a row |
| \`minimum\` | ${defaultMinimum} | score from which a process that \`correlate-processes\` ranked counts as evidence |

Names and tactics are those of ATT&CK Enterprise ${attackVersion}. A revoked id is replaced by the one in force and the
note says so: \`T1086\` becomes \`T1059.001\` PowerShell. A technique that you add keeps the status that you give it, whatever the
log shows; the note tells when they differ.

## What counts as evidence

- Rows that name techniques in a column \`Techniques\` or \`Technique\` (or Defender's \`AttackTechniques\`), such as the result
  of \`detect\`, stand for them as *suspected*, with a confidence by their \`Level\` or \`Severity\`: critical 90, high 80,
  medium or none 60, low 40, informational 20.
- Rows that meet a rule, one of the list below or of your own:

\`\`\`yaml
# ttps.yaml, named by \`rules: ttps.yaml\`
- technique: T1567.002
  when: FileName =~ "rclone.exe" and ProcessCommandLine has_any ("copy", "sync")   # KQL, as after where
  columns: [FileName, ProcessCommandLine]   # what a table must have; their values are the evidence
  about: files were copied to cloud storage
  status: confirmed      # default: suspected
  confidence: 80         # default: 60
\`\`\`

| technique | status | when |
|---|---|---|
${rules.map((rule) => `| ${rule.technique} ${technique(rule.technique)?.fullName ?? ''} | ${rule.status} | ${rule.about} |`).join('\n')}

A rule reads every table in \`from\` that has its columns: results of \`find-scans\` and \`correlate-processes\`,
\`DeviceProcessEvents\`, \`DeviceFileEvents\`, or a query's result with columns of the same names.

## Result

\`Technique, Name, Tactics, Status, Confidence, EvidenceRows, FirstSeen, LastSeen, Evidence, Note\`: one row a technique, in the
order of the matrix. \`Confidence\` is 0 to 100: a scan's score, a rule's own weight, or 90, 50 and 25 for what a hunter
calls confirmed, suspected and potential. \`EvidenceRows\` counts the rows that support the technique. With \`coverage\` or
\`layer\`, \`Status\` also says *not found* (a rule looked for it) and *not looked for* (no rule did). The result also shows as the
ATT&CK matrix, and so does the report; *Hunt: Export Incident Report* writes it as a layer for the ATT&CK Navigator.
`;
