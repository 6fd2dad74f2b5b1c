/** `--schema` files: tables that exist and are empty. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { Column, ScalarType, TableSchema } from '../kql/types.ts';
import { scalarTypes } from '../kql/types.ts';
import { UsageError } from './usage.ts';

/** Kusto's other names of its types. */
const aliases: Readonly<Record<string, ScalarType>> = {
  boolean: 'bool',
  int32: 'int',
  int64: 'long',
  double: 'real',
  uuid: 'guid',
  uniqueid: 'guid',
  date: 'datetime',
  time: 'timespan',
};

const tables = z.record(z.string(), z.record(z.string(), z.string()));

/** Returns the tables of all files; a later file adds tables and columns. Throws {@link UsageError} on a bad file. */
export async function readSchemas(files: readonly string[], folder: string): Promise<TableSchema[]> {
  const merged = new Map<string, Map<string, ScalarType>>();
  for (const file of files) {
    for (const [table, columns] of Object.entries(await readTables(file, folder))) {
      const known = merged.get(table) ?? new Map<string, ScalarType>();
      merged.set(table, known);
      for (const [column, type] of Object.entries(columns)) {
        known.set(column, scalarType(type, `${table}.${column}`, file));
      }
    }
  }
  return [...merged].map(([name, columns]) => ({
    name,
    columns: [...columns].map(([column, type]): Column => ({ name: column, type })),
  }));
}

async function readTables(file: string, folder: string): Promise<z.infer<typeof tables>> {
  const shape = 'It holds JSON such as {"Table":{"Column":"string"}}.';
  let text: string;
  try {
    text = await readFile(resolve(folder, file), 'utf8');
  } catch (error) {
    throw new UsageError(`--schema ${file} cannot be read: ${messageOf(error)}`, shape);
  }
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new UsageError(`--schema ${file} is not JSON: ${messageOf(error)}`, shape);
  }
  const parsed = tables.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') ?? '';
  throw new UsageError(
    `--schema ${file} is no schema${place && ` at ${place}`}: ${issue?.message ?? ''}`,
    shape,
  );
}

function scalarType(text: string, place: string, file: string): ScalarType {
  const name = text.toLowerCase();
  const type =
    scalarTypes.find((known) => known === name) ?? (Object.hasOwn(aliases, name) ? aliases[name] : undefined);
  if (type) return type;
  throw new UsageError(
    `--schema ${file}: ${place} has the unknown type '${text}'.`,
    `Types are ${scalarTypes.join(', ')}.`,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
