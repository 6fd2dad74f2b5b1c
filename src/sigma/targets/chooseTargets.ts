/** Which tables of a session a rule runs on. */
import { lensOf } from '../../data/lenses/registry.ts';
import { rawSourceOf } from '../../data/lenses/rawSource.ts';
import { knownColumnTypes } from '../../data/schemas/knownSchemas.ts';
import { kqlName } from '../../kql/kqlText.ts';
import type { Schema, TableSchema } from '../../kql/types.ts';
import type { LogSource } from '../rule.ts';
import { deviceTables } from './deviceTables.ts';
import { rawWindowsTarget } from './rawWindows.ts';
import { serviceTables } from './serviceTables.ts';
import { holdsLogSource, mappedTarget, type TableMapping } from './tableMapping.ts';
import type { Target } from './target.ts';
import { zeekTarget } from './zeekLogs.ts';

/** Tables that the hunter names for log sources: by category, product or service, or several with slashes: `linux/auditd`. */
export type NamedTables = Readonly<Record<string, string | readonly string[]>>;

const mappings: readonly TableMapping[] = [...deviceTables, ...serviceTables];

/**
 * Every table of the schema that holds the log source, the one that tells most first. `fields` are those that the rule
 * reads. A table that a lens makes of raw events is left out, as its events are in the raw table, whole.
 */
export function targetsOf(
  logSource: LogSource,
  fields: readonly string[],
  schema: Schema,
  named: NamedTables = {},
): readonly Target[] {
  const chosen = namedTables(logSource, named);
  if (chosen.length > 0) {
    const tables = schema.tables.filter(({ name }) => chosen.includes(name));
    return tables.flatMap((table) => targetsIn(table, logSource, fields, true));
  }
  const hasRawWindows = schema.tables.some((table) => rawSourceOf(table)?.kind === 'windows');
  const own = schema.tables.filter((table) => !(hasRawWindows && isMadeByLens(table)));
  return own.flatMap((table) => targetsIn(table, logSource, fields, false)).sort((a, b) => rank(a) - rank(b));
}

/** Raw events know every field. */
function rank({ absent }: Target): number {
  return absent('a field that no table has') ? 0 : 1;
}

function targetsIn(
  table: TableSchema,
  logSource: LogSource,
  fields: readonly string[],
  isNamed: boolean,
): readonly Target[] {
  const raw = rawWindowsTarget(table, logSource, fields) ?? zeekTarget(table, logSource);
  if (raw !== undefined) return [raw];
  const mapping = mappings.find((each) => each.table === table.name && holdsLogSource(each, logSource));
  if (mapping !== undefined) return present(mappedTarget(table, mapping));
  // A table of another name may have a published shape, or the fields' own names.
  if (isNamed) {
    const shape = mappings.find((each) => holdsLogSource(each, logSource));
    const columns = new Set(table.columns.map(({ name }) => name));
    const fits = shape !== undefined && Object.values(shape.fields).some((kql) => columns.has(kql.slice(1)));
    return present(mappedTarget(table, fits ? shape : { fields: {} }) ?? mappedTarget(table, { fields: {} }));
  }
  return namesOf(logSource).includes(table.name.toLowerCase())
    ? present(mappedTarget(table, { fields: {} }))
    : [];
}

function present<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

/** The table as its lens makes it has exactly the lens's columns; an export of the service's own never has all of both services. */
function isMadeByLens({ name, columns }: TableSchema): boolean {
  const lens = lensOf(name);
  return (
    lens?.columns.size === columns.length &&
    columns.every((column) => lens.columns.get(column.name) === column.type)
  );
}

function namedTables(logSource: LogSource, named: NamedTables): readonly string[] {
  const keys = namesOf(logSource);
  return Object.entries(named).flatMap(([key, tables]) =>
    keys.includes(key.toLowerCase().replaceAll(/[^a-z0-9.-]+/g, '_')) ? tables : [],
  );
}

/** Names that a table of the log source may have, the most telling first. */
function namesOf({ category, product, service }: LogSource): readonly string[] {
  const parts = [product, category, service].filter((part) => part !== undefined);
  const joint =
    parts.length > 1 ? [parts.join('_'), [product, service ?? category].filter(Boolean).join('_')] : [];
  return [...new Set([...joint, ...parts])];
}

/**
 * The table that the log source has where nothing is loaded: what a rule compiles to so that it can be read, or run by
 * another engine. Its schema is the published one; a log source without one has a table of its name with the fields'
 * names as columns.
 */
export function referenceTargets(logSource: LogSource, fields: readonly string[]): readonly Target[] {
  const published = mappings
    .filter((mapping) => holdsLogSource(mapping, logSource))
    .flatMap((mapping) => {
      const table = publishedTable(mapping.table);
      return table === undefined ? [] : present(mappedTarget(table, mapping));
    });
  const windowsEvent = publishedTable('WindowsEvent');
  const raw = windowsEvent === undefined ? undefined : rawWindowsTarget(windowsEvent, logSource, fields);
  return [...published, ...(raw === undefined ? [] : [raw]), openTarget(logSource)];
}

function publishedTable(name: string): TableSchema | undefined {
  const columns = knownColumnTypes(name);
  return columns && { name, columns: [...columns].map(([column, type]) => ({ name: column, type })) };
}

function openTarget(logSource: LogSource): Target {
  return {
    table: namesOf(logSource)[0] ?? 'events',
    field: (name) => ({ kql: kqlName(name), type: 'string', isColumn: true }),
    text: () => kqlName('Message'),
    columns: new Set(),
    absent: () => false,
  };
}

/** Tables that would hold the log source, for a message. */
export function tablesFor(logSource: LogSource): readonly string[] {
  const tables = mappings.filter((mapping) => holdsLogSource(mapping, logSource)).map(({ table }) => table);
  return [...new Set(tables)];
}
