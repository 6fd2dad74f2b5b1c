/** The queries, verbatim and numbered. */
import { counted } from '../displayValue.ts';
import { languageName, queryId, queryStatus } from '../numberedHunt.ts';
import type { NumberedHunt, NumberedQuery } from '../numberedHunt.ts';
import type { Block } from '../reportDocument.ts';

/** The section: each query as it ran, and the KQL behind a detection step. */
export function queriesBlocks(hunt: NumberedHunt): Block[] {
  return [
    { kind: 'heading', level: 2, text: 'Queries', id: 'queries' },
    ...(hunt.queries.length === 0
      ? [{ kind: 'paragraph', text: 'The notebook holds no query.' } as const]
      : hunt.queries.flatMap(querySection)),
  ];
}

function querySection(query: NumberedQuery): Block[] {
  const { cell, number } = query;
  const ran = cell.results[0]?.provenance;
  const status = queryStatus(query);
  const text = ran?.query ?? cell.text;
  const kql = ran?.kql;
  return [
    {
      kind: 'heading',
      level: 3,
      text: `Query ${number} · ${languageName(cell.language)}${status === 'ok' ? '' : ` · ${status}`}`,
      id: queryId(number),
    },
    { kind: 'code', language: cell.language === 'hunt' ? 'yaml' : cell.language, text },
    ...(ran !== undefined && ran.query !== cell.text
      ? [
          { kind: 'notice', tone: 'warning', text: 'The cell changed after it ran. It reads now:' } as const,
          { kind: 'code', language: cell.language, text: cell.text } as const,
        ]
      : []),
    ...(kql === undefined || cell.language === 'kql'
      ? []
      : [
          { kind: 'paragraph', text: 'The KQL that ran:' } as const,
          { kind: 'code', language: 'kql', text: kql, ...foldedWhenLong(kql) } as const,
        ]),
  ];
}

/** Lines of KQL behind a step that stand open; those of hundreds of rules at once would bury the report. */
const maxOpenLines = 30;

function foldedWhenLong(kql: string): { readonly folded?: string } {
  const lines = kql.split('\n').length;
  const isLong = lines > maxOpenLines || kql.length > maxOpenLines * 200;
  return isLong ? { folded: `${counted(lines, 'line')} of KQL` } : {};
}
