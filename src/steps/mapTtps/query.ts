/** The KQL of `map-ttps`. */
import { tactics } from '../../attack/catalogue.ts';
import type { Technique } from '../../attack/catalogue.ts';
import { kqlName, kqlString } from '../../kql/kqlText.ts';
import type { Added } from './also.ts';
import type { Status } from './arguments.ts';
import type { Interest } from './interest.ts';
import { confidenceIn, idsIn, replacedLet, textIn, type NamedTechniques } from './namedTechniques.ts';
import type { Rule } from './rules.ts';

/** A table with the rules that can read it. */
export interface EvidenceTable {
  readonly name: string;
  readonly rules: readonly Rule[];
  /** Set where the rows name techniques themselves. */
  readonly named?: NamedTechniques | undefined;
  /** Column with the time of a row, and with its end; absent: the evidence has no time. */
  readonly time?: string | undefined;
  readonly end?: string | undefined;
  /** Ranked results count from this score. */
  readonly minimumScore?: number | undefined;
}

/** How sure a hunter's word is, as a confidence. The log's own evidence cannot raise what the hunter only suspects. */
const confidenceOf: Readonly<Record<Status, number>> = { confirmed: 90, suspected: 50, potential: 25 };

/** Statuses of techniques that nothing shows. */
const notFound = 'not found';
const notLookedFor = 'not looked for';

/** How many rows a technique quotes as evidence. */
const quotedRows = 3;

/** Longest text of one quoted row. */
const quotedLength = 300;

const columns =
  'Technique: string, IsSure: long, Confidence: long, EvidenceRows: long, FirstSeen: datetime, LastSeen: datetime, Evidence: string';

/** A complete KQL query with one row a technique, in the order of the matrix. `techniques` are all that can occur. */
export function ttpQuery(
  tables: readonly EvidenceTable[],
  added: readonly Added[],
  interest: readonly Interest[],
  techniques: readonly Technique[],
): string {
  const branches = tables.flatMap((table) => [
    ...(table.rules.length > 0 ? [evidenceOf(table)] : []),
    ...(table.named === undefined ? [] : [namedEvidenceOf(table, table.named)]),
  ]);
  return [
    ...(tables.some(({ named }) => named !== undefined)
      ? [`// Ids that rules and alerts may still use.`, replacedLet('_Replaced')]
      : []),
    `// What the rows of each table show.`,
    `let _Evidence = union (datatable(${columns}) [])${branches.map((branch) => `,\n(${branch})`).join('')};`,
    `// What the hunter adds.`,
    `let _Added = datatable(Technique: string, HunterStatus: string, HunterConfidence: long, HunterNote: string) [${added.map(addedRow).join('')}];`,
    `// What was looked for, and what was asked about.`,
    `let _Interest = datatable(Technique: string, Looked: string, Reason: string) [${interest.map(interestRow).join('')}];`,
    `// ATT&CK's own names.`,
    `let _Catalogue = datatable(Technique: string, Name: string, Tactics: string, Place: long) [${techniques.map(catalogueRow).join('')}];`,
    `_Evidence`,
    `| summarize IsSure = max(IsSure), Confidence = max(Confidence), EvidenceRows = sum(EvidenceRows),`,
    `    FirstSeen = min(FirstSeen), LastSeen = max(LastSeen), Texts = make_set(Evidence) by Technique`,
    `| join kind=fullouter _Added on Technique`,
    `| extend Technique = iff(isempty(Technique), Technique1, Technique)`,
    `| project-away Technique1`,
    `| join kind=fullouter _Interest on Technique`,
    `| extend Technique = iff(isempty(Technique), Technique1, Technique), EvidenceRows = coalesce(EvidenceRows, 0)`,
    `| join kind=inner _Catalogue on Technique`,
    `| extend Shown = iff(EvidenceRows == 0, "", iff(IsSure == 1, "confirmed", "suspected"))`,
    `| extend Status = case(isnotempty(HunterStatus), HunterStatus, isnotempty(Shown), Shown, isnotempty(Looked), ${kqlString(notFound)}, ${kqlString(notLookedFor)}),`,
    `    Confidence = case(isempty(HunterStatus), coalesce(Confidence, 0), HunterStatus == "confirmed", max_of(HunterConfidence, coalesce(Confidence, 0)), HunterConfidence),`,
    `    Evidence = case(EvidenceRows > 0, strcat_array(array_sort_asc(Texts), "; "), isnotempty(HunterStatus), "the hunter's judgement", isnotempty(Looked), strcat("looked for in ", Looked), ""),`,
    `    Differs = iff(isnotempty(HunterStatus) and isnotempty(Shown) and Shown != HunterStatus, strcat("the log alone says ", Shown), "")`,
    `| extend Note = strcat(HunterNote, iff(isnotempty(HunterNote) and isnotempty(Differs), "; ", ""), Differs)`,
    `| extend Note = strcat(Note, iff(isnotempty(Note) and isnotempty(Reason), "; ", ""), Reason)`,
    `| sort by Place asc, Technique asc`,
    `| project Technique, Name, Tactics, Status, Confidence, EvidenceRows, FirstSeen, LastSeen, Evidence, Note`,
  ].join('\n');
}

/**
 * Reads the table once: each row notes the numbers of the rules that it meets, then stands for each of their techniques.
 * A row that meets two rules of one technique counts once, and the surer rule speaks.
 */
function evidenceOf({ name, rules, minimumScore, time, end }: EvidenceTable): string {
  const met = rules.map(({ where }, rule) => `iff(${where}, "${rule} ", "")`);
  const texts = [...new Set(rules.map(({ text }) => text))];
  const textOf = texts.map((text, wording) => `Wording == ${wording}, ${text}`);
  const own = rules.some(({ confidence }) => confidence === 'Score') ? 'tolong(Score)' : 'long(null)';
  const facts = rules.map(({ technique, status, confidence, text }, rule) =>
    [
      rule,
      kqlString(technique),
      status === 'confirmed' ? 1 : 0,
      confidence === 'Score' ? 'long(null)' : confidence,
      texts.indexOf(text),
    ].join(', '),
  );
  return [
    kqlName(name),
    minimumScore === undefined ? undefined : `| where Score >= ${minimumScore}`,
    `| extend Met = strcat(${met.join(',\n    ')})`,
    `| where isnotempty(Met)`,
    `| serialize RowNumber = row_number(), At = ${datetime(time)}, Until = ${datetime(end ?? time)}, OwnConfidence = ${own}`,
    `| mv-expand Rule = split(trim_end(" ", Met), " ") to typeof(long)`,
    `| join kind=inner (datatable(Rule: long, Technique: string, IsSure: long, Confidence: long, Wording: long) [`,
    `    ${facts.join(',\n    ')}]) on Rule`,
    `| extend Text = substring(case(${textOf.join(', ')}, ""), 0, ${quotedLength}), Confidence = coalesce(Confidence, OwnConfidence)`,
    ...summed(name),
  ]
    .filter((line) => line !== undefined)
    .join('\n');
}

/** The rows of a table that names techniques, each for every technique that it names. */
function namedEvidenceOf({ name, time, end }: EvidenceTable, named: NamedTechniques): string {
  return [
    kqlName(name),
    `| extend Ids = ${idsIn(named)}`,
    `| serialize RowNumber = row_number(), At = ${datetime(time)}, Until = ${datetime(end ?? time)}, IsSure = 0, Confidence = tolong(${confidenceIn(named)}), Text = substring(${textIn(named)}, 0, ${quotedLength})`,
    `| mv-expand Named = Ids to typeof(string)`,
    `| where isnotempty(Named)`,
    `| lookup kind=leftouter _Replaced on Named`,
    `| extend Technique = iff(isempty(Current), Named, Current)`,
    ...summed(name),
  ].join('\n');
}

/** From the rows with their techniques to a row a technique: a row that shows one twice counts once. */
function summed(table: string): readonly string[] {
  return [
    `| summarize IsSure = max(IsSure), Confidence = max(Confidence), Text = max(Text), At = min(At), Until = max(Until) by RowNumber, Technique`,
    `| summarize IsSure = max(IsSure), Confidence = max(Confidence), EvidenceRows = count(), FirstSeen = min(At), LastSeen = max(Until), Texts = make_set(Text) by Technique`,
    `| project Technique, IsSure, Confidence, EvidenceRows, FirstSeen, LastSeen,`,
    `    Evidence = strcat(${kqlString(`${table}: `)}, strcat_array(array_slice(array_sort_asc(Texts), 0, ${quotedRows - 1}), " | "), iff(array_length(Texts) > ${quotedRows}, " | ...", ""))`,
  ];
}

const datetime = (column: string | undefined): string =>
  column === undefined ? 'datetime(null)' : kqlName(column);

const addedRow = ({ technique, status, note }: Added): string =>
  `\n    ${kqlString(technique.id)}, ${kqlString(status)}, ${confidenceOf[status]}, ${kqlString(note)},`;

const interestRow = ({ technique, looked, note }: Interest): string =>
  `\n    ${kqlString(technique)}, ${kqlString(looked)}, ${kqlString(note)},`;

function catalogueRow({ id, fullName, tactics: own }: Technique): string {
  const place = tactics.findIndex((tactic) => tactic.id === own[0]?.id);
  const names = own.map(({ name }) => name).join(', ');
  return `\n    ${kqlString(id)}, ${kqlString(fullName)}, ${kqlString(names)}, ${place},`;
}
