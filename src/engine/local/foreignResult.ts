/** Copies a result of another engine into the session, page by page. */
import { DuckDBDataChunk, VARCHAR } from '@duckdb/node-api';
import { identifier, physicalNames } from '../../kql/sql/identifier.ts';
import { nullLiteral } from '../../kql/sql/literal.ts';
import type { ScalarType, WireValue } from '../../kql/types.ts';
import type { ResultTable } from '../result.ts';
import type { SessionDatabase } from './sessionDatabase.ts';
import { fromText } from './textConversion.ts';

/** Rows fetched at once, and the size of DuckDB's vectors. */
const pageRows = 2048;

/** Creates `table` (qualified and quoted) with the rows of `result` in its order, as physical values. */
export async function copyForeignResult(
  database: SessionDatabase,
  table: string,
  result: ResultTable,
): Promise<void> {
  const staging = identifier('foreign result');
  const places = result.columns.map((_column, index) => `c${index}`);
  const names = physicalNames(result.columns.map(({ name }) => name)).map(identifier);
  await database.queries.run(async (connection) => {
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE ${staging} (${places.map((c) => `${c} VARCHAR`).join(', ')})`,
    );
    try {
      const appender = await connection.createAppender('foreign result', null, 'temp');
      for (let offset = 0; offset < result.rowCount; offset += pageRows) {
        const { rows } = await result.page({ offset, limit: pageRows });
        const chunk = DuckDBDataChunk.create(
          result.columns.map(() => VARCHAR),
          rows.length,
        );
        chunk.setRows(
          rows.map((row) => result.columns.map(({ type }, index) => wireText(row[index] ?? null, type))),
        );
        appender.appendDataChunk(chunk);
      }
      appender.closeSync();
      const select = result.columns.map(
        ({ type }, index) =>
          `coalesce(${fromText(`c${index}`, type)}, ${nullLiteral(type)}) AS ${names[index] ?? ''}`,
      );
      await connection.run(`CREATE TABLE ${table} AS SELECT ${select.join(', ')} FROM ${staging}`);
    } finally {
      await connection.run(`DROP TABLE IF EXISTS ${staging}`);
    }
  });
}

function wireText(value: WireValue, type: ScalarType): string | null {
  if (value === null) return null;
  return type === 'dynamic' || typeof value === 'object' ? JSON.stringify(value) : String(value);
}
