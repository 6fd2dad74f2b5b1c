/** What a query produced, as it stands under the stage that ran it. */
import type { ResultHead } from '../../notebook/finishedHunt.ts';
import { chartSvg } from '../chartSvg.ts';
import { counted, grouped, rowsOfResult, tableOf } from '../displayValue.ts';
import { languageName, queryId } from '../numberedHunt.ts';
import type { NumberedQuery } from '../numberedHunt.ts';
import type { Block } from '../reportDocument.ts';

/** A stage shows the head of each result; findings show more of theirs. */
const stageTable = { rows: 20, columns: 10 };
const maxRejectsShown = 5;

/** A line that points to the query, its results, what it loaded, its notices and errors. */
export function queryBlocks(query: NumberedQuery): Block[] {
  const { cell, number } = query;
  const label = `Query ${number}`;
  return [
    { kind: 'reference', label, target: queryId(number), note: noteOf(query) },
    ...cell.errors.map((error): Block => ({
      kind: 'notice',
      tone: 'error',
      text: `${label} failed: ${error.message}`,
    })),
    ...(cell.isStale && cell.hasRun ? [staleNotice(label)] : []),
    ...(cell.loaded.length > 0 ? [loadedTable(query), ...rejectBlocks(query)] : []),
    ...cell.notices.map((text): Block => ({ kind: 'notice', tone: 'info', text })),
    ...cell.results.flatMap((result): Block[] => [
      ...(result.totalRows === 0 || result.columns.length === 0
        ? [{ kind: 'paragraph', text: 'No rows.' } as const]
        : [
            ...chartBlocks(result, number),
            { kind: 'table', ...tableOf(result.columns, result.rows, result.totalRows, stageTable) } as const,
          ]),
    ]),
  ];
}

/** The drawing that the query asks for with `render`, where its rows can be drawn. */
function chartBlocks({ render, ...result }: ResultHead, number: number): Block[] {
  if (render === undefined) return [];
  const svg = chartSvg({ ...result, render }, `chart-${number}`);
  const label = `Chart: ${render.properties['title'] ?? render.kind}`;
  return svg === undefined ? [] : [{ kind: 'chart', label, svg }];
}

function noteOf({ cell }: NumberedQuery): string {
  const [firstLine = ''] = cell.text.trim().split('\n');
  const subject =
    cell.language === 'hunt' ? `Step ${firstLine.replace(/:.*$/, '')}` : languageName(cell.language);
  const results = cell.results.map((result) =>
    [
      result.cut === undefined ? counted(result.totalRows, 'row') : `${rowsOfResult(result)}, cut`,
      ...(result.publishedAs === undefined ? [] : [`as ${result.publishedAs}`]),
    ].join(' '),
  );
  const state = cell.errors.length > 0 ? ['failed'] : cell.hasRun ? [] : ['not run'];
  return [subject, ...results, ...state].join(' · ');
}

function staleNotice(label: string): Block {
  return {
    kind: 'notice',
    tone: 'warning',
    text: `${label} is stale: it, or a query before it, changed after these results were made.`,
  };
}

function loadedTable({ cell }: NumberedQuery): Block {
  return {
    kind: 'table',
    columns: [
      { name: 'Table', align: 'left' },
      { name: 'Source', align: 'left' },
      { name: 'Rows', align: 'right' },
    ],
    rows: cell.loaded.map((table) => [
      table.name,
      table.sources.map(({ path }) => path).join(', '),
      grouped(table.rows),
    ]),
  };
}

function rejectBlocks({ cell }: NumberedQuery): Block[] {
  return cell.loaded.flatMap((table): Block[] => [
    ...(table.rejects.count === 0
      ? []
      : [
          {
            kind: 'notice',
            tone: 'warning',
            text:
              `${counted(table.rejects.count, 'row')} of ${table.name} could not be read and ` +
              `${table.rejects.count === 1 ? 'is' : 'are'} in ${table.name}_rejects. ` +
              table.rejects.first
                .slice(0, maxRejectsShown)
                .map(({ file, line, reason }) => `${file}, line ${line}: ${reason}`)
                .join(' · '),
          } as const,
        ]),
    ...table.notices.map((text): Block => ({ kind: 'notice', tone: 'info', text })),
  ]);
}
