/** What an empty result means: how much was looked at, or why the source cannot answer the question. */
import { z } from 'zod';
import type { ResultTable } from '../engine/result.ts';
import { lookedAtColumns } from '../steps/shared/lookedAt.ts';

const lookedAtRow = z.object({
  Table: z.string(),
  Rows: z.number(),
  Taken: z.number(),
  TakenAs: z.string(),
  From: z.string().nullable(),
  To: z.string().nullable(),
  Devices: z.number().nullable(),
  Empty: z.record(z.string(), z.number()),
  Cannot: z.string(),
});
type LookedAtRow = z.infer<typeof lookedAtRow>;

/** More tables than any step looks at. */
const maxTables = 50;

/** Reads the rows of a step's looked-at query and puts each table into a sentence. */
export async function lookedAtSentences(
  table: ResultTable,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const { rows } = await table.page({ offset: 0, limit: maxTables }, signal);
  const places = lookedAtColumns.map((name) => ({
    name,
    index: table.columns.findIndex((column) => column.name === name),
  }));
  return rows.map((row) =>
    sentenceOf(lookedAtRow.parse(Object.fromEntries(places.map(({ name, index }) => [name, row[index]])))),
  );
}

function sentenceOf(looked: LookedAtRow): string {
  const { Table, Rows, Taken, TakenAs, Cannot } = looked;
  if (Rows === 0) return `\`${Table}\` has no rows, so it cannot answer the question.`;
  const taken = TakenAs === '' ? [] : [`${Taken === Rows ? 'all' : grouped(Taken)} of them ${TakenAs}`];
  const devices = looked.Devices === null ? [] : [counted(looked.Devices, 'device')];
  const span =
    looked.From === null || looked.To === null
      ? []
      : [`${shortInstant(looked.From)} to ${shortInstant(looked.To)}`];
  const scope = [`${counted(Rows, 'row')} of \`${Table}\``, ...taken, ...devices, ...span].join(', ');
  const answer = Cannot === '' ? '' : ` This source cannot answer the question: ${Cannot}.`;
  return `Looked at ${scope}${emptyShares(looked.Empty)}.${answer}`;
}

/** `; RemotePort is empty in 2 %`: what was looked at with one eye shut. */
function emptyShares(shares: LookedAtRow['Empty']): string {
  const needed = Object.keys(shares);
  if (needed.length === 0) return '';
  const holes = Object.entries(shares).filter(([, share]) => share > 0);
  if (holes.length === 0) {
    return needed.length > maxColumns
      ? `; none of ${needed.length} columns that were searched is ever empty`
      : `; none of ${needed.join(', ')} is ever empty`;
  }
  const emptiest = holes.length > maxColumns ? holes.sort(([, a], [, b]) => b - a) : holes;
  const shown = emptiest
    .slice(0, maxColumns)
    .map(([column, share]) => `${column} is empty in ${percent(share)}`);
  const more = holes.length - shown.length;
  return `; ${shown.join(', ')}${more > 0 ? `, and ${more} more columns in fewer` : ''}`;
}

/** Most columns that a sentence speaks of. */
const maxColumns = 8;

/** Never 0 % of something or 100 % of not everything. */
function percent(share: number): string {
  if (share >= 1) return 'every row';
  const hundredths = share * 100;
  if (hundredths < 0.1) return 'less than 0.1 % of the rows';
  if (hundredths > 99.9) return 'more than 99.9 % of the rows';
  return `${Number(hundredths.toFixed(hundredths < 10 ? 1 : 0))} % of the rows`;
}

/** `2025-05-07T12:37:46.3178130Z` as `2025-05-07 12:37:46 UTC`. */
const shortInstant = (iso: string): string => `${iso.slice(0, 19).replace('T', ' ')} UTC`;

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
const counted = (count: number, noun: string): string =>
  `${grouped(count)} ${count === 1 ? noun : `${noun}s`}`;
