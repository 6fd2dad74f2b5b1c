/** Tables whose rows name techniques themselves: alerts, and what Sigma rules found. */
import { techniques } from '../../attack/catalogue.ts';
import { resolveTechnique } from '../../attack/resolve.ts';
import { kqlName, kqlString } from '../../kql/kqlText.ts';
import type { TableSchema } from '../../kql/types.ts';

/** Where a row names its techniques and what else it says of them, by the columns' names. */
export interface NamedTechniques {
  readonly techniques: string;
  readonly title?: string | undefined;
  readonly severity?: string | undefined;
}

/** Names of such columns: those of results here, of Defender's `AlertInfo` and of Sentinel's `SecurityAlert`. */
const techniqueColumns = ['Techniques', 'AttackTechniques', 'Technique'];
const titleColumns = ['Title', 'RuleTitle', 'Rule', 'AlertName', 'DisplayName'];
const severityColumns = ['Level', 'Severity', 'AlertSeverity'];

/** Returns where the table's rows name techniques; undefined for a table whose rows do not. */
export function namedTechniquesOf({ columns }: TableSchema): NamedTechniques | undefined {
  const first = (names: readonly string[], ...types: readonly string[]): string | undefined =>
    names.find((name) => columns.some((column) => column.name === name && types.includes(column.type)));
  const named = first(techniqueColumns, 'string', 'dynamic');
  if (named === undefined) return undefined;
  return {
    techniques: named,
    title: first(titleColumns, 'string'),
    severity: first(severityColumns, 'string'),
  };
}

/** What the severity that a rule's author gave is worth as a confidence. */
const confidences = { critical: 90, high: 80, medium: 60, low: 40, informational: 20 } as const;

/** A rule that says nothing of its severity. */
const plainConfidence = 60;

/** KQL of the array of ids in a row, as they are written. */
export function idsIn({ techniques: column }: NamedTechniques): string {
  return `extract_all(@"\\b(T[0-9]{4}(?:\\.[0-9]{3})?)\\b", toupper(tostring(${kqlName(column)})))`;
}

/** KQL of the row in words. */
export function textIn({ title, techniques: column }: NamedTechniques): string {
  return `tostring(${kqlName(title ?? column)})`;
}

/** KQL of the row's confidence. */
export function confidenceIn({ severity }: NamedTechniques): string {
  if (severity === undefined) return `long(${plainConfidence})`;
  const cases = Object.entries(confidences).map(
    ([level, confidence]) => `${kqlName(severity)} =~ ${kqlString(level)}, ${confidence}`,
  );
  return `case(${cases.join(', ')}, ${plainConfidence})`;
}

/** The statement that knows the replaced ids, each with the one in force. */
export function replacedLet(name: string): string {
  const rows = [...techniques.keys()].flatMap((id) => {
    const resolution = resolveTechnique(id);
    return resolution.kind === 'revoked' ? [`${kqlString(id)}, ${kqlString(resolution.technique.id)}`] : [];
  });
  return `let ${name} = datatable(Named: string, Current: string) [${rows.join(', ')}];`;
}
