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
| \`minimum\` | ${defaultMinimum} | score from which a process that \`correlate-processes\` ranked counts as evidence |

Names and tactics are those of ATT&CK Enterprise ${attackVersion}. A revoked id is replaced by the one in force and the
note says so: \`T1086\` becomes \`T1059.001\` PowerShell. A technique that you add keeps the status that you give it, whatever the
log shows; the note tells when they differ.

## Rules

| technique | status | when |
|---|---|---|
${rules.map((rule) => `| ${rule.technique} ${technique(rule.technique)?.fullName ?? ''} | ${rule.status} | ${rule.about} |`).join('\n')}

A rule reads every table in \`from\` that has its columns: results of \`find-scans\` and \`correlate-processes\`,
\`DeviceProcessEvents\`, \`DeviceFileEvents\`, or a query's result with columns of the same names.

## Result

\`Technique, Name, Tactics, Status, Confidence, EvidenceRows, FirstSeen, LastSeen, Evidence, Note\`: one row a technique, in the
order of the matrix. \`Confidence\` is 0 to 100: a scan's score, a rule's own weight, or 90, 50 and 25 for what a hunter
calls confirmed, suspected and potential. \`EvidenceRows\` counts the rows that support the technique.
`;
