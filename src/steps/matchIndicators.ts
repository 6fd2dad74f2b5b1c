/** `match-indicators`: known addresses, domains, URLs, hashes and e-mail addresses in every table. */
import type { Schema, TableSchema } from '../kql/types.ts';
import { matchIndicatorsArguments } from './matchIndicators/arguments.ts';
import type { MatchIndicatorsArguments } from './matchIndicators/arguments.ts';
import { matchIndicatorsDocs } from './matchIndicators/docs.ts';
import { shapeOf } from './matchIndicators/indicatorList.ts';
import type { IndicatorList } from './matchIndicators/indicatorList.ts';
import { listColumns, matchQuery, resultColumns } from './matchIndicators/query.ts';
import type { SearchedTable } from './matchIndicators/query.ts';
import { inlineLimit, provideList } from './matchIndicators/provideList.ts';
import { readIndicators } from './matchIndicators/readIndicators.ts';
import { searchedColumns } from './matchIndicators/searchedColumns.ts';
import { deviceColumn, timeColumn } from './shared/columnRoles.ts';
import { kqlName } from '../kql/kqlText.ts';
import { lookedAtQuery } from './shared/lookedAt.ts';
import { requireTable } from './shared/tableColumns.ts';
import { StepError } from './step.ts';
import type { CompileContext, DetectionStep, FileAccess } from './step.ts';

interface Prepared {
  readonly args: MatchIndicatorsArguments;
  readonly list: IndicatorList;
  /** Whether the query holds the list; else it names the table. */
  readonly isInline: boolean;
}

export const matchIndicatorsStep: DetectionStep<MatchIndicatorsArguments, Prepared> = {
  kind: 'detection',
  verb: 'match-indicators',
  summary: 'Look for known addresses, domains, URLs and hashes in every table',
  docs: matchIndicatorsDocs,
  arguments: matchIndicatorsArguments,
  prepare,
  compile,
  looked,
  finding: () => ({ title: 'Known indicators' }),
};

async function prepare(args: MatchIndicatorsArguments, files: FileAccess): Promise<Prepared> {
  const list = await readIndicators(args, files);
  await provideList(args.list, list, files);
  return { args, list, isInline: list.size <= inlineLimit(files) };
}

function compile({ args, list, isInline }: Prepared, { schema }: CompileContext): string {
  const [first, ...others] = tablesToSearch(args, schema);
  if (first === undefined) {
    throw new StepError('There is no table to search. Load one in a cell above.', [], 'missing-table');
  }
  const { indicators } = list;
  return matchQuery({
    tables: [first, ...others],
    shape: shapeOf(indicators),
    list: isInline ? { rows: indicators } : { table: args.list },
  });
}

function tablesToSearch(args: MatchIndicatorsArguments, schema: Schema): readonly SearchedTable[] {
  if (args.in.length === 0) {
    return schema.tables
      .filter((table) => isLog(table, args))
      .flatMap((table) => searched(table, args) ?? []);
  }
  return args.in.map((name, index) => {
    const path = ['in', ...(args.in.length > 1 ? [index] : [])];
    const table = requireTable(schema, name, path);
    const found = searched(table, args);
    if (found !== undefined) return found;
    const wanted =
      args.columns.length > 0
        ? `text column ${args.columns.join(' or ')}`
        : 'column that can hold an indicator';
    throw new StepError(
      `Table ${table.name} has no ${wanted}. It has ${table.columns.map((column) => column.name).join(', ')}. Name the columns in \`columns\`.`,
      path,
      'missing-column',
    );
  });
}

/** Neither what this step made, nor rows that could not be read. */
function isLog({ name, columns }: TableSchema, { list }: MatchIndicatorsArguments): boolean {
  const has = (wanted: readonly string[]): boolean =>
    wanted.every((one) => columns.some((column) => column.name === one));
  return (
    name !== list &&
    !name.endsWith('_rejects') &&
    !has(resultColumns) &&
    !has(listColumns.map((column) => column.name))
  );
}

function searched(table: TableSchema, args: MatchIndicatorsArguments): SearchedTable | undefined {
  const [first, ...others] = searchedColumns(table, args.columns);
  if (first === undefined) return undefined;
  return {
    name: table.name,
    time: timeColumn(table),
    device: deviceColumn(table),
    columns: [first, ...others],
  };
}

/** Each table, with how much of the columns that were searched is empty. */
function looked({ args }: Prepared, { schema }: CompileContext): string | undefined {
  return lookedAtQuery(
    tablesToSearch(args, schema).map(({ name, time, device, columns }) => ({
      table: name,
      time: time === undefined ? undefined : kqlName(time),
      device: device === undefined ? undefined : kqlName(device),
      needs: [],
      reads: columns.map((column) => column.name),
    })),
  );
}
