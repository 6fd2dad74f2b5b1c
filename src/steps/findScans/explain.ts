/** The running score of one source, contact by contact, and the line that it crossed. */
import { kqlString } from '../../kql/kqlText.ts';
import { connectionRows, lines, type ScanQuery } from './scanQuery.ts';
import { real, type WalkConstants } from './walk.ts';

export interface ExplainQuery extends Pick<ScanQuery, 'from' | 'exclude' | 'walk'> {
  /** Address or device. */
  readonly source: string;
}

/** What is drawn after the line is crossed, and of a walk that crosses none. */
const shown = { afterVerdict: 5, contacts: 500 } as const;

/**
 * A complete KQL query that draws two walks: over hosts, as Threshold Random Walk is published, and over hosts with their
 * ports, which also sees a scan of one host.
 */
export function explainQuery(query: ExplainQuery): string {
  const { walk, source } = query;
  const named = kqlString(source);
  return lines(
    connectionRows(query),
    `let _Own = materialize(_Rows`,
    `| where Source =~ ${named} or DeviceName =~ ${named} or DeviceName startswith ${kqlString(`${source}.`)});`,
    `let _Contacts = union`,
    `    (${contacts('hosts', 'Host')}),`,
    `    (${contacts('hosts and ports', 'strcat(Host, " port ", Port)')});`,
    `let _Walk = _Contacts`,
    `| extend IsFailure = isnull(FirstAnswer) or FirstAnswer > Time`,
    `| sort by Line asc, Time asc, Target asc`,
    `| extend IsFirst = Line != prev(Line)`,
    `| extend Score = round(row_cumsum(iff(IsFailure, 1.0, ${real(walk.success)}), IsFirst), 6), Contact = row_cumsum(1, IsFirst);`,
    `let _Crossed = _Walk`,
    `| where Score >= ${real(walk.scanner)} or Score <= ${real(walk.benign)}`,
    `| summarize Verdict = min(Contact) by Line;`,
    `let _Drawn = materialize(_Walk`,
    `| join kind=leftouter _Crossed on Line`,
    `| where Contact <= coalesce(Verdict + ${shown.afterVerdict}, ${shown.contacts})`,
    `| extend Crossed = case(Contact != coalesce(Verdict, 0), "", Score > 0, "scanner", "benign"));`,
    `union`,
    `    (_Drawn | project Time, Line, Score, Target, Outcome = iff(IsFailure, "failed", "answered"), Contact, Crossed),`,
    `    (${bar(walk, 'scanner')}),`,
    `    (${bar(walk, 'benign')})`,
    `| project Time, Line, Score, Contact, Target, Outcome, Crossed, Method = ${kqlString(`Threshold Random Walk (Jung 2004: ${walk.text})`)}`,
    `| sort by Time asc, Line asc, Contact asc`,
    `| render timechart with (xcolumn=Time, ycolumns=Score, series=Line, title=${kqlString(`First contacts of ${source}`)})`,
  );
}

function contacts(line: string, target: string): string {
  return `_Own | summarize Time = min(Time), FirstAnswer = minif(Time, not(Failed)) by Target = ${target} | extend Line = ${kqlString(line)}`;
}

/** A level line from the first to the last contact that is drawn. */
function bar(walk: WalkConstants, verdict: 'scanner' | 'benign'): string {
  const level = walk[verdict];
  const label = `${verdict} at ${level > 0 ? '+' : ''}${level}`;
  return lines(
    `_Drawn | summarize First = min(Time), Last = max(Time) | where isnotnull(First)`,
    `    | extend Both = pack_array(First, Last) | mv-expand Time = Both to typeof(datetime)`,
    `    | project Time, Line = ${kqlString(label)}, Score = ${real(level)}, Target = "", Outcome = "", Contact = long(null), Crossed = ""`,
  );
}
