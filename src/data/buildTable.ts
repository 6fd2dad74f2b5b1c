/**
 * Builds a table from opened files. DuckDB's own reader does the work in one strict pass a file; only a file with a
 * broken row is read a second time, row by row, to tell which rows are broken, where and why.
 */
import type { FileImport } from '../engine/local/fileImport.ts';
import { identifier, physicalNames } from '../kql/sql/identifier.ts';
import { sqlTypes, stringLiteral } from '../kql/sql/literal.ts';
import type { Column, ScalarType } from '../kql/types.ts';
import { commonType, inferredTypes, readsAs } from './columnTypes.ts';
import { absentValue, conversion, strictValue } from './conversion.ts';
import { DataError } from './dataError.ts';
import type { OpenedFile } from './readers/reader.ts';

/** A file on its way into the table. */
export interface BuildFile {
  readonly shownPath: string;
  readonly opened: OpenedFile;
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
const badColumnMark = 'hunt column ';

/** Makes the table and fills it; `onFile` hears of each file that is in. Fails only when a file cannot be read at all. */
export async function buildTable(
  files: FileImport,
  target: TableTarget,
  sources: readonly BuildFile[],
  onFile: (index: number) => void,
): Promise<BuiltTable> {
  const names = [...new Set(sources.flatMap(({ opened }) => opened.columns.map(({ name }) => name)))];
  if (names.length === 0) {
    const shown = sources.map(({ shownPath }) => shownPath).join(', ');
    throw new DataError(
      'no-columns',
      `In ${shown} there is no JSON object with a value: no column can be made. Name the format where it is another: \`format: csv\`.`,
    );
  }
  /** The relation of all rows of a file that has a broken one, by the file's index. */
  const staged = new Map<number, string>();
  const stage = async (index: number): Promise<void> => {
    const relation = `staged ${index}`;
    if (staged.has(index)) return;
    await sources[index]?.opened.stage(relation);
    staged.set(index, relation);
  };

  let types = await typesOf(files, target, sources, names, staged, stage, sampleRows);
  let columns = names.map((name): Column => ({ name, type: types.get(name) ?? 'string' }));
  for (let isSampled = true; ; isSampled = false) {
    await createTable(files, target.name, columns);
    const rows: number[] = [];
    let isTypeWrong = false;
    for (const [index, source] of sources.entries()) {
      const loaded = await insertFile(files, target, source, columns, staged.get(index));
      if (loaded === undefined) {
        await stage(index);
        if (isSampled) {
          isTypeWrong = true;
          break;
        }
        rows.push((await insertFile(files, target, source, columns, staged.get(index))) ?? 0);
      } else rows.push(loaded);
      onFile(index);
    }
    if (!isTypeWrong) return { columns, rows };
    // A sample was wrong, or a row is broken: now every row of every file decides.
    types = await typesOf(files, target, sources, names, staged, stage, undefined);
    columns = names.map((name): Column => ({ name, type: types.get(name) ?? 'string' }));
    await files.execute(`DELETE FROM ${identifier(target.rejects)}`);
  }
}

async function createTable(files: FileImport, name: string, columns: readonly Column[]): Promise<void> {
  const physical = physicalNames(columns.map((column) => column.name));
  const list = columns.map(({ type }, index) => `${identifier(physical[index] ?? '')} ${sqlTypes[type]}`);
  await files.execute(`CREATE OR REPLACE TABLE ${identifier(name)} (${list.join(', ')})`);
}

/** Returns the rows that the file gave; undefined when it has a broken row and is not staged. */
async function insertFile(
  files: FileImport,
  target: TableTarget,
  source: BuildFile,
  columns: readonly Column[],
  staged: string | undefined,
): Promise<number | undefined> {
  const conversions = columns.map(({ name, type }) => {
    const place = source.opened.columns.findIndex((column) => column.name === name);
    const column = source.opened.columns[place];
    return column === undefined ? undefined : conversion(`c${place}`, column, type);
  });
  const into = `INSERT INTO ${identifier(target.name)} SELECT`;
  if (staged === undefined) {
    const values = columns.map(({ type }, index) => {
      const converted = conversions[index];
      return converted === undefined ? absentValue(type) : strictValue(converted, `${badColumnMark}${index}`);
    });
    try {
      return countOf(await files.execute(`${into} ${values.join(', ')} FROM ${source.opened.from}`));
    } catch (error) {
      files.signal?.throwIfAborted();
      if (!(error instanceof Error)) throw error;
      return undefined;
    }
  }
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
     SELECT ${stringLiteral(source.shownPath)}, line, CASE WHEN reason IS NOT NULL THEN reason${reasons.join('')} END, raw
     ${from} WHERE ${isBad}`,
  );
  return countOf(await files.execute(`${into} ${values.join(', ')} ${from} WHERE NOT (${isBad})`));
}

function countOf(rows: readonly Record<string, unknown>[]): number {
  return Number(rows[0]?.['Count'] ?? 0);
}

/** Types of all columns; those that neither the schema nor a file gives are read from the text of `limit` rows, or of all. */
async function typesOf(
  files: FileImport,
  target: TableTarget,
  sources: readonly BuildFile[],
  names: readonly string[],
  staged: ReadonlyMap<number, string>,
  stage: (index: number) => Promise<void>,
  limit: number | undefined,
): Promise<ReadonlyMap<string, ScalarType>> {
  const types = new Map<string, ScalarType>();
  for (const [index, { opened }] of sources.entries()) {
    const open = opened.columns.map(({ name, type }) => type === undefined && !target.known.has(name));
    const sampled = open.includes(true)
      ? await inferTypes(
          files,
          opened,
          open,
          () => staged.get(index),
          () => stage(index),
          limit,
        )
      : [];
    for (const [place, { name, type }] of opened.columns.entries()) {
      const found = commonType(types.get(name), type ?? sampled[place]);
      if (found !== undefined) types.set(name, found);
    }
  }
  for (const name of names) {
    const known = target.known.get(name);
    if (known !== undefined) types.set(name, known);
  }
  return types;
}

async function inferTypes(
  files: FileImport,
  opened: OpenedFile,
  isOpen: readonly boolean[],
  staged: () => string | undefined,
  stage: () => Promise<void>,
  limit: number | undefined,
): Promise<(ScalarType | undefined)[]> {
  const tests = opened.columns.flatMap(({ isQuoted }, place) =>
    isOpen[place] === true
      ? (isQuoted === true ? (['datetime'] as const) : inferredTypes).map(
          (type) =>
            `bool_and(${readsAs(`c${place}`, type)}) FILTER (c${place} IS NOT NULL AND c${place} <> '') AS "${place} ${type}"`,
        )
      : [],
  );
  const some = opened.columns.flatMap((_column, place) =>
    isOpen[place] === true ? `coalesce(bool_or(c${place} <> ''), false) AS "${place} any"` : [],
  );
  const measure = (rows: number | undefined) => {
    const relation = staged();
    const from = relation === undefined ? opened.from : `(FROM ${identifier(relation)} WHERE reason IS NULL)`;
    const part = rows === undefined ? from : `(FROM ${from} LIMIT ${rows})`;
    return files.execute(`SELECT ${[...tests, ...some].join(', ')} FROM ${part}`);
  };
  const measured = async (rows: number | undefined) => {
    try {
      return await measure(rows);
    } catch (error) {
      files.signal?.throwIfAborted();
      if (staged() !== undefined) throw error;
      await stage();
      return measure(rows);
    }
  };
  let [row] = await measured(limit);
  // A column that is empty in the sample may have values later.
  if (limit !== undefined && opened.columns.some((_column, place) => row?.[`${place} any`] === false)) {
    [row] = await measured(undefined);
  }
  return opened.columns.map((_column, place) => {
    if (isOpen[place] !== true || row?.[`${place} any`] !== true) return undefined;
    return inferredTypes.find((type) => row[`${place} ${type}`] === true) ?? 'string';
  });
}
