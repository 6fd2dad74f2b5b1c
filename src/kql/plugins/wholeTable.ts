/** Plugins that say something of the table as a whole: `preview`, `estimate_rows_count`, `identity`. */
import { filterRows } from '../context.ts';
import { stored } from '../operators/operator.ts';
import type { Relation } from '../relation.ts';
import { numberArgument } from './arguments.ts';
import { requiredArgument } from './plugin.ts';
import type { Plugin, PluginCall } from './plugin.ts';

/** `evaluate identity()`: the table itself. */
export const identity: Plugin = ({ input }) => input;

/** `evaluate estimate_rows_count()`: one row. */
export const estimateRowsCount: Plugin = (call) => countAs(call, 'EstimatedRowsCount');

/** `evaluate preview(rows)`: the first rows. */
export function previewRows(call: PluginCall): Relation {
  requiredArgument(call, 0);
  const rows = numberArgument(call, 0, { fallback: 0, least: 0, most: Number.MAX_SAFE_INTEGER });
  return filterRows(call.context, 'preview', call.input, `LIMIT ${Math.trunc(rows)}`);
}

/** The second result of `preview`: the number of rows of the table. */
export const previewCount: Plugin = (call) => countAs(call, 'Count');

function countAs({ input, context }: PluginCall, name: 'Count' | 'EstimatedRowsCount'): Relation {
  return stored(context, 'rows', `SELECT count(*) AS "${name}" FROM ${input.source}`, [
    { name, type: 'long' },
  ]);
}
