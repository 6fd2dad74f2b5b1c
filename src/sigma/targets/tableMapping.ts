/** Published tables as targets: which log sources they hold, and which of their columns a rule's field is. */
import { kqlName, kqlString } from '../../kql/kqlText.ts';
import type { ScalarType, TableSchema } from '../../kql/types.ts';
import type { LogSource } from '../rule.ts';
import { allText } from './allText.ts';
import type { FieldValue, Lack, Target } from './target.ts';

/** KQL in which `$Name` is a column of the table; `$Name` alone is the column itself. */
export type ColumnKql = string;

/** What a table holds for one kind of log source. */
export interface TableMapping {
  readonly table: string;
  /** A log source is held when it has the same parts; `*` stands for any or none. */
  readonly holds: { readonly [Part in keyof LogSource]: string | readonly string[] };
  readonly where?: ColumnKql;
  /** Columns of the fields, by the field's name. A field that is not named is the column of its own name. */
  readonly fields: Readonly<Record<string, ColumnKql>>;
  /** Values of a field that the table never has, by the field's name, and what they are. */
  readonly lacks?: Readonly<Record<string, Lack>>;
}

/** Whether the mapping is for the log source. */
export function holdsLogSource({ holds }: TableMapping, logSource: LogSource): boolean {
  return (['category', 'product', 'service'] as const).every((part) => {
    const wanted = holds[part];
    const given = logSource[part];
    if (wanted === '*') return true;
    if (wanted === undefined) return given === undefined;
    return given === undefined
      ? wanted.includes('')
      : typeof wanted === 'string'
        ? wanted === given
        : wanted.includes(given);
  });
}

const times = ['Timestamp', 'TimeGenerated'];
const devices = ['DeviceName', 'Computer', 'DvcHostname', 'HostName'];

/** The table as a target; undefined where it lacks the columns that tell its kinds of events apart. */
export function mappedTarget(
  table: TableSchema,
  mapping: Pick<TableMapping, 'where' | 'fields' | 'lacks'>,
): Target | undefined {
  const types = new Map(table.columns.map(({ name, type }) => [name, type]));
  const names = new Map([...types.keys()].map((name) => [name.toLowerCase(), name]));
  const mapped = new Map(Object.entries(mapping.fields).map(([name, kql]) => [name.toLowerCase(), kql]));
  const lacks = new Map(
    Object.entries(mapping.lacks ?? {}).map(([name, lack]) => [name.toLowerCase(), lack]),
  );
  const where = mapping.where === undefined ? undefined : resolved(mapping.where, types);
  if (mapping.where !== undefined && where === undefined) return undefined;
  return {
    table: table.name,
    where,
    field: (name) => {
      const kql = mapped.get(name.toLowerCase());
      return kql === undefined ? ownField(name, types, names) : mappedField(kql, types);
    },
    text: () => allText(table),
    time: columnOf(times, types, 'datetime'),
    device: columnOf(devices, types, 'string'),
    columns: new Set(types.keys()),
    absent: () => false,
    lack: (name) => lacks.get(name.toLowerCase()),
  };
}

function mappedField(kql: ColumnKql, types: ReadonlyMap<string, ScalarType>): FieldValue | undefined {
  const column = /^\$(\w+)$/.exec(kql)?.[1];
  if (column !== undefined) return columnField(column, types);
  const value = resolved(kql, types);
  return value === undefined ? undefined : { kql: value, type: 'string', isColumn: false };
}

/** The column of the field's name; `a.b` may be a member of the dynamic column `a`. */
function ownField(
  name: string,
  types: ReadonlyMap<string, ScalarType>,
  names: ReadonlyMap<string, string>,
): FieldValue | undefined {
  const column = names.get(name.toLowerCase()) ?? names.get(name.toLowerCase().replace(/[^a-z0-9]/g, '_'));
  if (column !== undefined) return columnField(column, types);
  const [first = '', ...path] = name.split('.');
  const bag = names.get(first.toLowerCase());
  if (bag === undefined || path.length === 0) return undefined;
  const type = types.get(bag);
  // Published schemas keep JSON in strings, too.
  if (type !== 'dynamic' && type !== 'string') return undefined;
  const start = type === 'dynamic' ? kqlName(bag) : `parse_json(${kqlName(bag)})`;
  return {
    kql: `tostring(${start}${path.map((part) => `[${kqlString(part)}]`).join('')})`,
    type: 'string',
    isColumn: false,
  };
}

function columnField(column: string, types: ReadonlyMap<string, ScalarType>): FieldValue | undefined {
  const type = types.get(column);
  if (type === undefined) return undefined;
  const kql = kqlName(column);
  if (type === 'string') return { kql, type, isColumn: true };
  if (type === 'datetime') return { kql, type, isColumn: true };
  return { kql: `tostring(${kql})`, type: 'string', isColumn: false };
}

/** KQL with its columns; undefined where the table lacks one. */
function resolved(kql: ColumnKql, types: ReadonlyMap<string, ScalarType>): string | undefined {
  const named = [...kql.matchAll(/\$(\w+)/g)].map(([, name = '']) => name);
  if (!named.every((name) => types.has(name))) return undefined;
  return kql.replace(/\$(\w+)/g, (_whole, name: string) => kqlName(name));
}

function columnOf(
  candidates: readonly string[],
  types: ReadonlyMap<string, ScalarType>,
  type: ScalarType,
): string | undefined {
  const column = candidates.find((name) => types.get(name) === type);
  return column === undefined ? undefined : kqlName(column);
}
