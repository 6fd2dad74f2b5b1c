/** The types of a table's columns: published, given by a file, or found in the text of its rows. */
import type { FileImport } from '../engine/local/fileImport.ts';
import type { Column, ScalarType } from '../kql/types.ts';
import { commonType, inferredTypes, readsAs, type InferredType } from './columnTypes.ts';
import type { SourceColumn } from './readers/reader.ts';

/**
 * What the rows show of a column: the narrowest type that reads all of its texts, `none` where it has no text, or `given`
 * where its texts do not matter, since the schema or the file gives the type.
 */
export type ColumnGuess = InferredType | 'string' | 'none' | 'given';

/** Returns what the rows of `from` show of each column. */
export async function inferTypes(
  files: FileImport,
  columns: readonly SourceColumn[],
  known: ReadonlyMap<string, ScalarType>,
  from: string,
): Promise<ColumnGuess[]> {
  const isOpen = columns.map(({ name, type }) => type === undefined && !known.has(name));
  if (!isOpen.includes(true)) return columns.map(() => 'given');
  const tests = columns.flatMap(({ isQuoted }, place) =>
    isOpen[place] === true
      ? [
          ...(isQuoted === true ? (['datetime'] as const) : inferredTypes).map(
            (type) =>
              `bool_and(${readsAs(`c${place}`, type)}) FILTER (c${place} IS NOT NULL AND c${place} <> '') AS "${place} ${type}"`,
          ),
          `coalesce(bool_or(c${place} <> ''), false) AS "${place} any"`,
        ]
      : [],
  );
  const [row] = await files.execute(`SELECT ${tests.join(', ')} FROM ${from}`);
  return columns.map((_column, place) => {
    if (isOpen[place] !== true) return 'given';
    if (row?.[`${place} any`] !== true) return 'none';
    return inferredTypes.find((type) => row[`${place} ${type}`] === true) ?? 'string';
  });
}

/** Returns the columns of a table of all the files, united by name, each with the type that holds all values. */
export function tableTypes(
  files: readonly (readonly SourceColumn[])[],
  known: ReadonlyMap<string, ScalarType>,
  guesses: readonly (readonly ColumnGuess[])[],
): Column[] {
  const types = new Map<string, ScalarType | undefined>();
  for (const [index, columns] of files.entries()) {
    for (const [place, { name, type }] of columns.entries()) {
      const guess = guesses[index]?.[place] ?? 'given';
      const found = type ?? (guess === 'none' || guess === 'given' ? undefined : guess);
      types.set(name, commonType(types.get(name), found));
    }
  }
  return [...types].map(([name, type]) => ({ name, type: known.get(name) ?? type ?? 'string' }));
}
