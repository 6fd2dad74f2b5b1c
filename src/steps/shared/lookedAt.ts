/**
 * What a detection looked at, for when it finds nothing: "no rows" means something only beside how much there was to
 * look at. A step's `looked` returns such a query; the notebook runs it and words its rows (`nothingFound`).
 */
import { kqlName, kqlString } from '../../kql/kqlText.ts';

/** A table that a detection looks at. All KQL is over the table's own columns. */
export interface LookedTable {
  /** Its name as the schema has it. */
  readonly table: string;
  /** KQL of the event's time. */
  readonly time?: string | undefined;
  /** KQL of the device, or of what stands for it. */
  readonly device?: string | undefined;
  /** Columns without which the detection sees nothing; the share of rows in which each is empty is told. */
  readonly needs: readonly string[];
  /** Columns of which one suffices: their shares are told too, and only when all are empty in every row it cannot answer. */
  readonly reads?: readonly string[] | undefined;
  /** The rows that the step takes, and what it calls them: `connection attempts`. */
  readonly taken?: { readonly what: string; readonly where: string } | undefined;
  /** What some row must hold for the table to be able to answer at all, and what to say when none does. */
  readonly must?: readonly { readonly hold: string; readonly else: string }[] | undefined;
}

/**
 * The columns of a looked-at query, one row a table: `Empty` is a bag of column name to the share of rows in which it is
 * empty; `Cannot` says why the table cannot answer the question, and is empty when it can.
 */
export const lookedAtColumns = [
  'Table',
  'Rows',
  'Taken',
  'TakenAs',
  'From',
  'To',
  'Devices',
  'Empty',
  'Cannot',
] as const;

/** KQL whose rows tell of each table; undefined where there is none. */
export function lookedAtQuery(tables: readonly [LookedTable, ...LookedTable[]]): string;
export function lookedAtQuery(tables: readonly LookedTable[]): string | undefined;
export function lookedAtQuery(tables: readonly LookedTable[]): string | undefined {
  const [first, ...others] = tables.map(lookedAtTable);
  if (first === undefined || others.length === 0) return first;
  return `union\n${[first, ...others].map((query) => `(${query})`).join(',\n')}`;
}

function lookedAtTable({ table, time, device, needs, reads = [], taken, must = [] }: LookedTable): string {
  const told = [...needs, ...reads];
  const measures = [
    'Rows = count()',
    `Taken = ${taken === undefined ? 'count()' : `countif(${taken.where})`}`,
    `From = ${time === undefined ? 'min(datetime(null))' : `min(${time})`}`,
    `To = ${time === undefined ? 'max(datetime(null))' : `max(${time})`}`,
    ...(device === undefined ? [] : [`Devices = count_distinct(${device})`]),
    ...told.map((column, index) => `_Empty${index} = countif(isempty(${kqlName(column)}))`),
    ...must.map(({ hold }, index) => `_Holds${index} = countif(${hold})`),
  ];
  const shares = told.map(
    (column, index) => `${kqlString(column)}, todouble(_Empty${index}) / max_of(Rows, 1)`,
  );
  const reasons = [
    ...needs.map((column, index) => sentence(`_Empty${index} == Rows`, `${column} is empty in every row`)),
    ...(reads.length === 0
      ? []
      : [
          sentence(
            reads.map((_column, index) => `_Empty${needs.length + index} == Rows`).join(' and '),
            `${reads.length === 1 ? 'the column' : 'every column'} that could tell is empty in every row`,
          ),
        ]),
    ...must.map((demand, index) => sentence(`_Holds${index} == 0`, demand.else)),
  ];
  return [
    kqlName(table),
    `| summarize ${measures.join(',\n    ')}`,
    `| project Table = ${kqlString(table)}, Rows, Taken, TakenAs = ${kqlString(taken?.what ?? '')}, From, To,`,
    `    Devices = ${device === undefined ? 'long(null)' : 'Devices'},`,
    `    Empty = ${shares.length === 0 ? 'dynamic({})' : `bag_pack(${shares.join(', ')})`},`,
    `    Cannot = ${reasons.length === 0 ? '""' : `trim_end("; ", strcat(${[...reasons, '""'].join(', ')}))`}`,
  ].join('\n');
}

const sentence = (when: string, text: string): string =>
  `iff(Rows > 0 and ${when}, ${kqlString(`${text}; `)}, "")`;
