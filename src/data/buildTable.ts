/**
 * Builds a table from opened files. DuckDB's own reader does the work in one strict pass a file, with the types that the
 * first rows show; a value that shows them wrong stops it, and then all rows are asked. Only a file with a broken row is
 * read once more, row by row, to tell which rows are broken, where and why.
 */
import type { FileImport } from '../engine/local/fileImport.ts';
import { identifier, physicalNames } from '../kql/sql/identifier.ts';
import { sqlTypes, stringLiteral } from '../kql/sql/literal.ts';
import type { Column, ScalarType } from '../kql/types.ts';
import { absentValue, conversion, guessedValue, strictValue } from './conversion.ts';
import { DataError } from './dataError.ts';
import { inferTypes, tableTypes, type ColumnGuess } from './inferTypes.ts';
import type { GuessedFile, OpenedFile } from './readers/reader.ts';

/** A file on its way into the table. */
export interface BuildFile {
  readonly shownPath: string;
  readonly opened: OpenedFile | GuessedFile;
}

export interface BuiltTable {
  readonly columns: readonly Column[];
  /** Rows that each file gave, in the order of the files. */
  readonly rows: readonly number[];
}

export interface TableTarget {
  readonly name: string;
  /** Table of broken rows, already made: file, line, reason, raw. */
  readonly rejects: string;
  /** Published types by column name. */
  readonly known: ReadonlyMap<string, ScalarType>;
}

/** Rows that the first guess of a column's type looks at. */
const sampleRows = 4096;

/** Makes the table and fills it; `onFile` hears of each file that is in. Fails only when a file cannot be read at all. */
export async function buildTable(
  files: FileImport,
  target: TableTarget,
  sources: readonly BuildFile[],
  onFile: (index: number) => void,
): Promise<BuiltTable> {
  try {
    return await buildByGuess(files, target, sources, onFile);
  } catch (error) {
    files.signal?.throwIfAborted();
    if (error instanceof DataError || !(error instanceof Error)) throw error;
    return buildByAll(files, target, sources, onFile); // the first rows misled, or a row is broken
  }
}

/** Takes the types that the first rows show; fails at a value that does not fit them, and at any broken row. */
async function buildByGuess(
  files: FileImport,
  target: TableTarget,
  sources: readonly BuildFile[],
  onFile: (index: number) => void,
): Promise<BuiltTable> {
  const opened = sources.map((source) => source.opened);
  const guesses: ColumnGuess[][] = [];
  for (const { columns, from } of opened) {
    guesses.push(await inferTypes(files, columns, target.known, `(FROM ${from} LIMIT ${sampleRows})`));
  }
  const columns = tableColumns(sources, opened, target.known, guesses);
  await createTable(files, target.name, columns);
  const rows: number[] = [];
  for (const [index, { columns: given, from }] of opened.entries()) {
    const values = columns.map(({ name, type }) => {
      const place = given.findIndex((column) => column.name === name);
      const column = given[place];
      return column === undefined
        ? absentValue(type)
        : guessedValue(`c${place}`, column, type, guesses[index]?.[place] ?? 'given');
    });
    rows.push(await insert(files, target.name, values, from));
    onFile(index);
  }
  return { columns, rows };
}

/** Takes the types that all rows show, and sets broken rows apart. */
async function buildByAll(
  files: FileImport,
  target: TableTarget,
  sources: readonly BuildFile[],
  onFile: (index: number) => void,
): Promise<BuiltTable> {
  const opened: OpenedFile[] = [];
  for (const source of sources) {
    opened.push('readAll' in source.opened ? await source.opened.readAll() : source.opened);
  }
  /** The relations of all rows of the files that have a broken one, by the file's index. */
  const staged = new Map<number, string>();
  const stage = async (index: number): Promise<string> => {
    const relation = `staged ${index}`;
    await opened[index]?.stage(relation);
    staged.set(index, relation);
    return relation;
  };
  const guesses: ColumnGuess[][] = [];
  for (const [index, { columns, from }] of opened.entries()) {
    guesses.push(
      await orElse(
        files,
        () => inferTypes(files, columns, target.known, from),
        async () => {
          const relation = identifier(await stage(index));
          return inferTypes(files, columns, target.known, `(FROM ${relation} WHERE reason IS NULL)`);
        },
      ),
    );
  }
  const columns = tableColumns(sources, opened, target.known, guesses);
  await createTable(files, target.name, columns);
  const rows: number[] = [];
  for (const [index, source] of sources.entries()) {
    const file = opened[index];
    if (file === undefined) continue;
    const insertGood = async (): Promise<number> =>
      insertStaged(files, target, source.shownPath, file, columns, staged.get(index) ?? (await stage(index)));
    rows.push(
      staged.has(index)
        ? await insertGood()
        : await orElse(files, () => insertStrict(files, target.name, file, columns), insertGood),
    );
    onFile(index);
  }
  return { columns, rows };
}

/** Returns what `quick` gives, or, where the reading fails, what `careful` does. */
async function orElse<T>(files: FileImport, quick: () => Promise<T>, careful: () => Promise<T>): Promise<T> {
  try {
    return await quick();
  } catch (error) {
    files.signal?.throwIfAborted();
    if (!(error instanceof Error)) throw error;
    return careful();
  }
}

function tableColumns(
  sources: readonly BuildFile[],
  opened: readonly (OpenedFile | GuessedFile)[],
  known: ReadonlyMap<string, ScalarType>,
  guesses: readonly (readonly ColumnGuess[])[],
): Column[] {
  const columns = tableTypes(
    opened.map((file) => file.columns),
    known,
    guesses,
  );
  if (columns.length > 0) return columns;
  const shown = sources.map(({ shownPath }) => shownPath).join(', ');
  throw new DataError(
    'no-columns',
    `In ${shown} there is no JSON object with a value: no column can be made. Name the format where it is another: \`format: csv\`.`,
  );
}

async function createTable(files: FileImport, name: string, columns: readonly Column[]): Promise<void> {
  const physical = physicalNames(columns.map((column) => column.name));
  const list = columns.map(({ type }, index) => `${identifier(physical[index] ?? '')} ${sqlTypes[type]}`);
  await files.execute(`CREATE OR REPLACE TABLE ${identifier(name)} (${list.join(', ')})`);
}

/** The conversion of each of the table's columns; undefined where the file does not have it. */
function conversionsOf(file: OpenedFile, columns: readonly Column[]) {
  return columns.map(({ name, type }) => {
    const place = file.columns.findIndex((column) => column.name === name);
    const column = file.columns[place];
    return column === undefined ? undefined : conversion(`c${place}`, column, type);
  });
}

/** Returns the rows that the file gave; fails when it has a broken row. */
function insertStrict(
  files: FileImport,
  table: string,
  file: OpenedFile,
  columns: readonly Column[],
): Promise<number> {
  const conversions = conversionsOf(file, columns);
  const values = columns.map(({ type }, index) => {
    const converted = conversions[index];
    return converted === undefined ? absentValue(type) : strictValue(converted);
  });
  return insert(files, table, values, file.from);
}

/** Inserts the good rows of a file and sets the broken ones apart; returns how many were good. */
async function insertStaged(
  files: FileImport,
  target: TableTarget,
  shownPath: string,
  file: OpenedFile,
  columns: readonly Column[],
  staged: string,
): Promise<number> {
  const conversions = conversionsOf(file, columns);
  const values = columns.map(({ type }, index) => conversions[index]?.value ?? absentValue(type));
  const tests = conversions.map((converted) => converted?.isBad);
  const isBad = ['reason IS NOT NULL', ...tests.flatMap((test) => test ?? [])].join(' OR ');
  const reasons = columns.map(({ name, type }, index) => {
    const text = conversions[index]?.text ?? "''";
    const says = `'The value ''' || left(${text}, 80) || ${stringLiteral(`' of column ${name} is not a ${type}.`)}`;
    return tests[index] === undefined ? '' : ` WHEN ${tests[index]} THEN ${says}`;
  });
  const from = `FROM ${identifier(staged)}`;
  await files.execute(
    `INSERT INTO ${identifier(target.rejects)}
     SELECT ${stringLiteral(shownPath)}, line, CASE WHEN reason IS NOT NULL THEN reason${reasons.join('')} END, raw
     ${from} WHERE ${isBad}`,
  );
  return insert(files, target.name, values, `${identifier(staged)} WHERE NOT (${isBad})`);
}

async function insert(
  files: FileImport,
  table: string,
  values: readonly string[],
  from: string,
): Promise<number> {
  const rows = await files.execute(
    `INSERT INTO ${identifier(table)} SELECT ${values.join(', ')} FROM ${from}`,
  );
  return Number(rows[0]?.['Count'] ?? 0);
}
