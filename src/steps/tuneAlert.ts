/** `tune-alert`: what each threshold of a detection would raise and miss, and the detection as a rule. */
import type { ResultTable } from '../engine/result.ts';
import type { Column, Schema, TableSchema } from '../kql/types.ts';
import { deviceColumn, timeColumn } from './shared/columnRoles.ts';
import { durationMs } from './shared/duration.ts';
import { kqlName } from '../kql/kqlText.ts';
import { lookedAtQuery, type LookedTable } from './shared/lookedAt.ts';
import { requireTable } from './shared/tableColumns.ts';
import { writeInside } from './shared/writeInside.ts';
import { StepError } from './step.ts';
import type { CompileContext, DetectionStep, FileAccess } from './step.ts';
import { tuneAlertArguments } from './tuneAlert/arguments.ts';
import type { TuneAlertArguments } from './tuneAlert/arguments.ts';
import { detectionOf } from './tuneAlert/detection.ts';
import type { Detection } from './tuneAlert/detection.ts';
import { tuneAlertDocs } from './tuneAlert/docs.ts';
import { tuneQuery } from './tuneAlert/query.ts';
import { ruleFile } from './tuneAlert/ruleText.ts';

interface Prepared {
  readonly args: TuneAlertArguments;
  /** Columns of the detection's rows; undefined where nothing runs. */
  readonly columns: readonly Column[] | undefined;
}

export const tuneAlertStep: DetectionStep<TuneAlertArguments, Prepared> = {
  kind: 'detection',
  verb: 'tune-alert',
  summary: 'Choose the threshold of a detection by its alerts a day and misses, and export the rule',
  docs: tuneAlertDocs,
  arguments: tuneAlertArguments,
  prepare,
  compile,
  looked,
};

async function prepare(args: TuneAlertArguments, files: FileAccess): Promise<Prepared> {
  const { session, notice, folder } = files;
  if (session === undefined) return { args, columns: undefined };
  const schema = session.schema();
  const detection = detectionOf(args, schema);
  const columns = await columnsOf(session, detection, args);
  requireThreshold(args, columns);
  for (const [index, one] of args.export.entries()) {
    const at = args.export.length > 1 ? ['export', index] : ['export'];
    const rule = ruleFile({ exported: one, args, detection, columns, schema, at });
    const path = await writeInside(folder, one.file, rule.text, [...at, 'file']);
    notice?.(`Wrote the ${one.kind} rule "${one.name}" to ${path}.`);
    if (rule.function === undefined) continue;
    const { name, text } = rule.function;
    const functionPath = await writeInside(folder, `${one.file}.function.kql`, text, [...at, 'file']);
    notice?.(
      `Its query is longer than the 10,000 characters that a rule takes, so the rule calls ${name}(). Save ${functionPath} in the workspace as a function of that name first.`,
    );
  }
  return { args, columns };
}

type Session = NonNullable<FileAccess['session']>;

async function columnsOf(
  { query }: Session,
  { kql }: Detection,
  args: TuneAlertArguments,
): Promise<readonly Column[]> {
  const table: ResultTable = await query(`let _Detection = () {\n${kql}\n};\n_Detection() | take 0`).catch(
    (error: unknown) => {
      if (!(error instanceof StepError)) throw error;
      const place = args.query === undefined ? 'step' : 'query';
      throw new StepError(`The detection does not run: ${error.message}`, [place], 'query');
    },
  );
  try {
    return table.columns;
  } finally {
    await table.release();
  }
}

const numbers: ReadonlySet<Column['type']> = new Set(['int', 'long', 'real', 'decimal']);

function requireThreshold({ threshold }: TuneAlertArguments, columns: readonly Column[]): void {
  const column = columns.find(({ name }) => name === threshold);
  if (column !== undefined && numbers.has(column.type)) return;
  const others = columns.filter(({ type }) => numbers.has(type)).map(({ name }) => name);
  const found = column === undefined ? 'has no' : `has a ${column.type}, not a number, as`;
  throw new StepError(
    `The detection ${found} column "${threshold}". ${others.length === 0 ? 'It has no numeric column.' : `Its numeric columns are ${others.join(', ')}.`}`,
    ['threshold'],
    'missing-column',
  );
}

function compile({ args, columns }: Prepared, { schema }: CompileContext): string {
  const detection = detectionOf(args, schema);
  const table: TableSchema = {
    name: 'the detection',
    columns: columns ?? columnsInSchema(args, detection, schema),
  };
  const time = named(table, args, 'time') ?? timeColumn(table);
  if (time === undefined) {
    throw new StepError(
      'The rows of the detection have no time (datetime), so alerts a day cannot be counted. Keep it in the query, or name it in columns.time.',
      [],
      'missing-column',
    );
  }
  return tuneQuery({
    detection: detection.kql,
    threshold: args.threshold,
    isBelow: args.alert === 'below',
    at: args.at,
    time,
    device: named(table, args, 'device') ?? deviceColumn(table),
    everyMs: args.every === undefined ? undefined : durationMs(args.every),
    history: historyOf(args, detection, schema),
    known: knownOf(args, schema),
    withinMs: durationMs(args.within) ?? 0,
  });
}

/** Where nothing runs, the columns of a table are known, and those of a query are taken to be the usual ones. */
function columnsInSchema(args: TuneAlertArguments, { source }: Detection, schema: Schema): readonly Column[] {
  const found = schema.tables.find(
    ({ name }) => name === (args.of ?? (args.query === undefined ? undefined : source)),
  );
  const isStep = args.step !== undefined;
  return isStep || found === undefined
    ? [
        { name: 'FirstSeen', type: 'datetime' },
        { name: 'DeviceName', type: 'string' },
      ]
    : found.columns;
}

function historyOf(args: TuneAlertArguments, { source }: Detection, schema: Schema) {
  const name = args.history ?? source;
  if (name === undefined) return undefined;
  const table = requireTable(schema, name, args.history === undefined ? [] : ['history']);
  const time = timeColumn(table);
  if (time !== undefined) return { table: table.name, time };
  if (args.history === undefined) return undefined;
  throw new StepError(`Table ${name} has no time (datetime).`, ['history'], 'missing-column');
}

function knownOf(args: TuneAlertArguments, schema: Schema) {
  if (args.known === undefined) return undefined;
  const table = requireTable(schema, args.known, ['known']);
  const device = named(table, args, 'knownDevice') ?? deviceColumn(table);
  if (device === undefined) {
    throw new StepError(
      `Table ${table.name} names no device. Name its column in columns.knownDevice.`,
      ['known'],
      'missing-column',
    );
  }
  return { table: table.name, device, time: named(table, args, 'knownTime') ?? timeColumn(table) };
}

/** The column that the cell names for a role; a StepError when the table does not have it. */
function named(
  table: TableSchema,
  args: TuneAlertArguments,
  role: keyof TuneAlertArguments['columns'],
): string | undefined {
  const name = args.columns[role];
  if (name === undefined || table.columns.some((column) => column.name === name)) return name;
  throw new StepError(
    `There is no column "${name}" in ${table.name}. There are ${table.columns.map((column) => column.name).join(', ')}.`,
    ['columns', role],
    'missing-column',
  );
}

/** Thresholds are those of the detection's rows: where there are none, the table that it reads tells why. */
function looked({ args }: Prepared, { schema }: CompileContext): string | undefined {
  const { source } = detectionOf(args, schema);
  const names = [args.of, source, args.history, args.known].filter((name) => name !== undefined);
  return lookedAtQuery(
    [...new Set(names)].map((name): LookedTable => {
      const table = requireTable(schema, name, []);
      const [time, device] = [timeColumn(table), deviceColumn(table)];
      return {
        table: name,
        time: time === undefined ? undefined : kqlName(time),
        device: device === undefined ? undefined : kqlName(device),
        needs: name === args.of ? [args.threshold, ...(time === undefined ? [] : [time])] : [],
      };
    }),
  );
}
