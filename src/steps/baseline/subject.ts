/** From a cell's arguments to the columns and periods that a baseline is about. */
import { kqlTimespan } from '../../kql/kqlText.ts';
import type { Schema, TableSchema } from '../../kql/types.ts';
import { accountColumn, deviceColumn, timeColumn } from '../shared/columnRoles.ts';
import { durationMs } from '../shared/duration.ts';
import { requireColumn, requireTable } from '../shared/tableColumns.ts';
import { StepError } from '../step.ts';
import type { BaselineArguments, Period } from './arguments.ts';
import type { Bounds, Events, Periods } from './query.ts';

/** Columns that are worth a baseline where the cell names none, most usual first. */
const usualItems = [
  'FileName',
  'RemoteUrl',
  'RemoteIP',
  'RegistryKey',
  'id.resp_h',
  'id_resp_h',
  'query',
  'Activity',
  'OperationName',
  'EventID',
];
const usualProcesses = ['InitiatingProcessFileName', 'FileName', 'ParentProcessName', 'Image'];

/** The events that the baseline is about. Throws {@link StepError} for a missing table or column. */
export function eventsOf(args: BaselineArguments, schema: Schema): Events {
  const table = requireTable(schema, args.in, ['in']);
  const time = named(table, args, 'time', 'the time of the event') ?? timeColumn(table);
  if (time === undefined) {
    throw new StepError(
      `Table ${table.name} has no column with the time of the event (datetime). Name it in columns.time.`,
      ['in'],
      'missing-column',
    );
  }
  return {
    table: table.name,
    time,
    device: named(table, args, 'device', 'the device') ?? deviceColumn(table),
    per: args.per.map((part, index) => entityPart(part, table, args, ['per', index])),
    item: (args.item ?? [usualItem(table)]).map((column, index) =>
      columnNamed(table, column, ['item', index]),
    ),
  };
}

function usualItem(table: TableSchema): string {
  const found = usualItems.find((name) => table.columns.some((column) => column.name === name));
  if (found !== undefined) return found;
  throw new StepError(
    `What of ${table.name} is to be learned? Name columns in \`item\`: ${table.columns
      .slice(0, 12)
      .map(({ name }) => name)
      .join(', ')}.`,
    ['in'],
    'missing-column',
  );
}

function entityPart(
  part: string,
  table: TableSchema,
  args: BaselineArguments,
  path: readonly (string | number)[],
): Events['per'][number] {
  if (part === 'hour-of-week') return { hourOfWeek: true };
  const roles: Readonly<Record<string, () => string | undefined>> = {
    device: () => named(table, args, 'device', 'the device') ?? deviceColumn(table),
    user: () => named(table, args, 'user', 'the account') ?? accountColumn(table),
    process: () =>
      named(table, args, 'process', 'the process') ??
      usualProcesses.find((name) => table.columns.some((column) => column.name === name)),
  };
  const role = Object.hasOwn(roles, part) ? roles[part] : undefined;
  if (role === undefined) return columnNamed(table, part, path);
  const found = role();
  if (found !== undefined) return found;
  throw new StepError(
    `Table ${table.name} has no column that tells the ${part}. Name it in columns.${part}.`,
    path,
    'missing-column',
  );
}

function columnNamed(table: TableSchema, name: string, path: readonly (string | number)[]): string {
  return requireColumn(table, { purpose: 'named here', named: name, usual: [], path, tablePath: path }).name;
}

function named(
  table: TableSchema,
  args: BaselineArguments,
  role: keyof BaselineArguments['columns'],
  purpose: string,
): string | undefined {
  const name = args.columns[role];
  if (name === undefined) return undefined;
  const path = ['columns', role];
  return requireColumn(table, {
    purpose,
    named: name,
    usual: [],
    path,
    tablePath: path,
    ...(role === 'time' && { types: ['datetime'] as const }),
  }).name;
}

/** The periods as KQL over `_End`, the time of the last event. A learning period without an end stops where the hunt begins. */
export function periodsOf({ hunt, learn }: Pick<BaselineArguments, 'hunt' | 'learn'>): Periods {
  const hunted = bounds(hunt, '_End', true);
  const learned =
    learn === undefined ? { from: undefined, to: undefined } : bounds(learn, hunted.from ?? '_End', false);
  return { hunt: hunted, learn: { from: learned.from, to: learned.to ?? hunted.from } };
}

/** A duration counts back from `end`; the last event itself belongs to a hunt. */
function bounds(period: Period, end: string, isOpen: boolean): Bounds {
  if (typeof period === 'string') {
    const from = `${end} - ${kqlTimespan(durationMs(period) ?? 0)}`;
    return { from: `(${from})`, to: isOpen ? undefined : end };
  }
  const instant = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : `datetime(${new Date(text).toISOString()})`;
  return { from: instant(period.from), to: instant(period.to) };
}
