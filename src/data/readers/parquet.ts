/** Parquet: the file names and types its columns. */
import { identifier } from '../../kql/sql/identifier.ts';
import { stringLiteral } from '../../kql/sql/literal.ts';
import { DataError } from '../dataError.ts';
import type { Reader } from './reader.ts';

export const parquetReader: Reader = {
  format: 'parquet',
  endings: ['.parquet'],
  recognizes: ({ bytes }) => bytes.toString('latin1', 0, 4) === 'PAR1',
  open: async (files, file) => {
    const source = `read_parquet(${stringLiteral(file.path)}, file_row_number = true)`;
    const described = await files.execute(`DESCRIBE FROM ${source}`).catch((error: unknown) => {
      files.signal?.throwIfAborted();
      throw new DataError(
        'unreadable-file',
        `${file.shownPath} is not a readable Parquet file (${firstLine(error)}).`,
        file.pathIndex,
      );
    });
    // Loads DuckDB, which whoever only asks for the formats' names must not pay for.
    const { kustoColumnOfName } = await import('../../engine/local/friendly.ts');
    const fields = described
      .map((row) => ({ name: String(row['column_name']), duckType: String(row['column_type']) }))
      .filter(({ name }) => name !== 'file_row_number')
      .map((field) => ({ ...field, kusto: kustoColumnOfName(identifier(field.name), field.duckType) }));
    const values = fields.map(({ kusto }, index) => `${kusto.sql} AS c${index}`).join(', ');
    return {
      columns: fields.map(({ name, kusto }) => ({ name, type: kusto.type, form: 'physical' })),
      from: `(SELECT ${values} FROM ${source})`,
      notices: [],
      stage: async (view) => {
        await files.execute(
          `CREATE VIEW "${view}" AS SELECT file_row_number + 1 AS line, to_json(t)::VARCHAR AS raw,
             NULL::VARCHAR AS reason, ${values} FROM ${source} AS t`,
        );
      },
    };
  },
};

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0] ?? '';
}
