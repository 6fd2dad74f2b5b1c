/** Detections that found nothing, with what they looked at: without that, their silence proves nothing. */
import type { NumberedHunt, NumberedQuery } from '../numberedHunt.ts';
import { queryId, queryStatus } from '../numberedHunt.ts';
import type { Block } from '../reportDocument.ts';

/** A section of those steps; nothing when every step found something. */
export function nothingFoundBlocks(hunt: NumberedHunt): Block[] {
  const silent = hunt.queries.filter(foundNothing);
  if (silent.length === 0) return [];
  return [
    { kind: 'heading', level: 3, text: 'Looked for and not found', id: 'not-found' },
    ...silent.flatMap((query): Block[] => [
      {
        kind: 'reference',
        label: `Query ${query.number}`,
        target: queryId(query.number),
        note: firstLine(query.cell.text).replace(/:.*$/, ''),
      },
      ...query.cell.notices.map((text): Block => ({ kind: 'notice', tone: 'info', text })),
    ]),
  ];
}

function foundNothing(query: NumberedQuery): boolean {
  const { cell } = query;
  const status = queryStatus(query);
  return (
    cell.language === 'hunt' &&
    (status === 'ok' || status === 'stale') &&
    cell.results.at(-1)?.totalRows === 0
  );
}

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';
