/** From the tables that a timeline names to their columns. */
import type { Schema, TableSchema } from '../../kql/types.ts';
import { accountColumn, deviceColumn, timeColumn } from '../shared/columnRoles.ts';
import { requireColumn, requireTable } from '../shared/tableColumns.ts';
import { StepError } from '../step.ts';
import type { TimelineArguments } from './arguments.ts';
import type { TimelineSource } from './query.ts';

/** Columns that say what happened, most telling first; a row shows the first few that its table has. */
const tellingColumns = [
  'Kind',
  'Technique',
  'Name',
  'Indicator',
  'Type',
  'Title',
  'RuleTitle',
  'AlertName',
  'ActionType',
  'Severity',
  'ProcessCommandLine',
  'CommandLine',
  'FileName',
  'RegistryKey',
  'RemoteUrl',
  'RemoteIP',
  'RemotePort',
  'RemoteDeviceName',
  'LogonType',
  'Activity',
  'EventID',
  'query',
  'host',
  'uri',
  'service',
  'id.resp_h',
  'id_resp_h',
  'id.resp_p',
  'id_resp_p',
  'conn_state',
  'Reasons',
  'Evidence',
  'Message',
];
const shownColumns = 4;

/** The sources in the order named. Throws {@link StepError} for a missing table or one without a time. */
export function timelineSources(args: TimelineArguments, schema: Schema): readonly TimelineSource[] {
  const unknown = Object.keys(args.columns).find((name) => !args.from.includes(name));
  if (unknown !== undefined) {
    throw new StepError(
      `\`columns\` is about ${unknown}, which \`from\` does not name. It names ${args.from.join(', ')}.`,
      ['columns', unknown],
      'missing-table',
    );
  }
  return [...new Set(args.from)].map((name) => {
    const path = ['from', ...(args.from.length > 1 ? [args.from.indexOf(name)] : [])];
    return sourceOf(requireTable(schema, name, path), args, path);
  });
}

function sourceOf(
  table: TableSchema,
  args: TimelineArguments,
  path: readonly (string | number)[],
): TimelineSource {
  const named = args.columns[table.name] ?? {};
  const column = (role: keyof typeof named, purpose: string): string | undefined =>
    named[role] === undefined
      ? undefined
      : requireColumn(table, {
          purpose,
          usual: [],
          named: named[role],
          path: ['columns', table.name, role],
          tablePath: path,
          ...(role === 'time' && { types: ['datetime'] as const }),
        }).name;
  const time = column('time', 'the time of the event') ?? timeColumn(table);
  if (time === undefined) {
    const datetimes = table.columns.filter(({ type }) => type === 'datetime').map(({ name }) => name);
    const next =
      datetimes.length === 0
        ? 'It has no datetime column, so it has no place in a timeline.'
        : `It has ${datetimes.join(', ')}. Name one: \`columns: { ${table.name}: { time: ${datetimes[0] ?? ''} } }\`.`;
    throw new StepError(`Which column of ${table.name} is the time? ${next}`, path, 'missing-column');
  }
  const what = column('what', 'what happened');
  const has = (name: string): boolean => table.columns.some((one) => one.name === name);
  return {
    name: table.name,
    time,
    device: column('device', 'the device') ?? deviceColumn(table),
    account: column('account', 'the account') ?? accountColumn(table),
    what: what === undefined ? tellingColumns.filter(has).slice(0, shownColumns) : [what],
  };
}
