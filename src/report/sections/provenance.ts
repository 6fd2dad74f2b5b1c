/** Where the results came from: files with their hashes, engines, times, row counts. */
import type { Provenance } from '../../notebook/cell.ts';
import { grouped, rowsOfResult, shortInstant } from '../displayValue.ts';
import { languageName, queryStatus } from '../numberedHunt.ts';
import type { NumberedHunt } from '../numberedHunt.ts';
import type { Block, TableColumn } from '../reportDocument.ts';

const left = (name: string): TableColumn => ({ name, align: 'left' });
const right = (name: string): TableColumn => ({ name, align: 'right' });

/** The section. */
export function provenanceBlocks(hunt: NumberedHunt): Block[] {
  const sources = sourceRows(hunt);
  return [
    { kind: 'heading', level: 2, text: 'Provenance', id: 'provenance' },
    { kind: 'heading', level: 3, text: 'Sources' },
    sources.length === 0
      ? { kind: 'paragraph', text: 'No file was read.' }
      : {
          kind: 'table',
          columns: [left('Table'), left('File'), right('Rows'), left('SHA-256')],
          rows: sources,
        },
    { kind: 'heading', level: 3, text: 'Runs' },
    {
      kind: 'table',
      columns: [
        left('Query'),
        left('Kind'),
        left('Status'),
        left('Started'),
        right('Duration'),
        right('Rows'),
        left('Published as'),
        left('Engine'),
      ],
      rows: hunt.queries.flatMap((query) => {
        const { cell, number } = query;
        const start = [`Query ${number}`, languageName(cell.language), queryStatus(query)];
        if (cell.results.length > 0) {
          return cell.results.map((result) => [
            ...start,
            instant(result.provenance.startedAt),
            duration(result.provenance.durationMs),
            rowsOfResult(result),
            result.publishedAs ?? '',
            result.provenance.engine,
          ]);
        }
        const loaded = cell.loaded.reduce((sum, { rows }) => sum + rows, 0);
        const names = cell.loaded.map(({ name }) => name).join(', ');
        return [[...start, '', '', cell.loaded.length > 0 ? grouped(loaded) : '', names, '']];
      }),
    },
  ];
}

/** Files of `load` steps, and those that results name besides; each once per table. */
function sourceRows(hunt: NumberedHunt): string[][] {
  const loaded = hunt.queries.flatMap(({ cell }) =>
    cell.loaded.flatMap((table) => table.sources.map((source) => ({ ...source, table: table.name }))),
  );
  const named: Provenance['sources'][number][] = hunt.queries.flatMap(({ cell }) =>
    cell.results.flatMap(({ provenance }) => [...provenance.sources]),
  );
  const rows = [...loaded, ...named].map(({ table, path, rows: count, sha256 }) => [
    table,
    path,
    grouped(count),
    sha256,
  ]);
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

/** Any ISO instant in the report's own form. */
export function instant(iso: string): string {
  return shortInstant(iso.replace(/\.\d+Z$/, 'Z'));
}

function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
