/** A long list as a table that the query joins, what cannot be used as another, and the sentences that tell of it. */
import { StepError } from '../step.ts';
import type { FileAccess } from '../step.ts';
import type { IndicatorList, Unusable } from './indicatorList.ts';
import { listColumns, listRow } from './query.ts';

/**
 * Up to so many indicators stand in the query itself, which then runs anywhere as it is; parsing more as literals costs
 * more than the search.
 */
const maxInline = 500;

const rejectColumns = [
  { name: 'file', type: 'string' },
  { name: 'line', type: 'long' },
  { name: 'place', type: 'string' },
  { name: 'reason', type: 'string' },
  { name: 'raw', type: 'string' },
] as const;

/** What fits into the text of a query on another engine: services refuse more than about a megabyte. */
const maxRemote = 10_000;

/** Up to so many indicators stand in the query; a longer list is the table that {@link provideList} makes. */
export function inlineLimit({ isRemote }: Pick<FileAccess, 'isRemote'>): number {
  return isRemote === true ? maxRemote : maxInline;
}

/** Makes the tables where the engine can, and tells what became of the list. */
export async function provideList(name: string, list: IndicatorList, files: FileAccess): Promise<void> {
  const { indicators, unusable } = list;
  if (files.isRemote === true && indicators.length > maxRemote) {
    throw new StepError(
      `${indicators.length.toLocaleString('en-US')} indicators do not fit into a query on another engine, which takes at most ${maxRemote.toLocaleString('en-US')}. Publish the rows to search with \`| as\` and match them here, or split the list.`,
      [],
      'too-many-indicators',
    );
  }
  if (indicators.length > inlineLimit(files))
    await files.provide?.(name, listColumns, indicators.map(listRow));
  if (unusable.length > 0) await files.provide?.(rejectsOf(name), rejectColumns, unusable.map(rejectRow));
  for (const notice of noticesOf(name, list)) files.notice?.(notice);
}

const rejectsOf = (name: string): string => `${name}_rejects`;

const rejectRow = ({ file, line, place, reason, raw }: Unusable) => [file, line ?? null, place, reason, raw];

function noticesOf(name: string, list: IndicatorList): readonly string[] {
  const { size, repeated, unusable } = list;
  const again = repeated === 0 ? '' : `, ${repeated} of them named more than once`;
  const looked = `Looked for ${size} ${size === 1 ? 'indicator' : 'indicators'}${again}.`;
  const [first] = unusable;
  if (first === undefined) return [looked];
  const where = first.line === undefined ? first.place : `line ${first.line}`;
  const counted = unusable.length === 1 ? '1 entry was' : `${unusable.length} entries were`;
  return [
    looked,
    `${counted} not used and ${unusable.length === 1 ? 'stands' : 'stand'} in the table ${rejectsOf(name)}. The first: ${first.file}, ${where}: ${first.reason}.`,
  ];
}
