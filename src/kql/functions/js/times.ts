/** Readers and writers of datetime and timespan text beyond what SQL does. */
import type { ScalarFunction } from '../../scalarFunction.ts';
import { formatDatetimePattern, formatTimespanPattern } from '../../time/format.ts';
import { parseDatetime } from '../../time/parseDatetime.ts';
import { parseTimespan } from '../../time/parseTimespan.ts';

function reader(name: string, read: (text: string) => bigint | null): ScalarFunction {
  return {
    name,
    parameters: ['VARCHAR'],
    returns: 'BIGINT',
    call: (text) => (typeof text === 'string' ? read(text) : null),
  };
}

function writer(name: string, write: (pattern: string, ticks: bigint) => string): ScalarFunction {
  return {
    name,
    parameters: ['BIGINT', 'VARCHAR'],
    returns: 'VARCHAR',
    call: (ticks, pattern) =>
      typeof ticks === 'bigint' && typeof pattern === 'string' ? write(pattern, ticks) : null,
  };
}

export const timeJsFunctions: readonly ScalarFunction[] = [
  reader('kql_parse_any_datetime', parseDatetime),
  reader('kql_parse_timespan', parseTimespan),
  writer('kql_format_datetime_pattern', formatDatetimePattern),
  writer('kql_format_timespan_pattern', formatTimespanPattern),
];
