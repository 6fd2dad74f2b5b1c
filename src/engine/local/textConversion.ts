/** Text to physical values in SQL: how logs and wire values enter DuckDB. */
import type { ScalarFunction } from '../../kql/scalarFunction.ts';
import { sqlTypes } from '../../kql/sql/literal.ts';
import { parseDatetime } from '../../kql/time/parseDatetime.ts';
import { parseTimespan } from '../../kql/time/parseTimespan.ts';
import { unixEpochTicks } from '../../kql/time/ticks.ts';
import type { ScalarType } from '../../kql/types.ts';

/** Functions that the SQL of {@link fromText} calls where plain SQL cannot read a text. */
export const textFunctions: readonly ScalarFunction[] = [
  {
    name: 'hunt_read_datetime',
    parameters: ['VARCHAR'],
    returns: 'BIGINT',
    call: (text) => (typeof text === 'string' ? parseDatetime(text) : null),
  },
  {
    name: 'hunt_read_timespan',
    parameters: ['VARCHAR'],
    returns: 'BIGINT',
    call: (text) => (typeof text === 'string' ? parseTimespan(text) : null),
  },
];

/**
 * Definitions of the macros that the SQL of {@link fromText} calls. ISO 8601 text is read by DuckDB, whose timestamps hold microseconds,
 * so the seventh fraction digit is added by itself; the other formats that Kusto reads go through JavaScript. Only its type
 * with a time zone heeds the offset in a text; without one the text is in UTC, which is the zone of the instances. Portals
 * export times as English browsers show them, with a comma that Kusto does not read.
 */
export const textMacros: readonly string[] = [
  `hunt_ticks(v) AS coalesce(
     CASE WHEN v[5] = '-' AND v[8] = '-' AND v[11] IN ('T', ' ', '') THEN
       epoch_us(TRY_CAST(v AS TIMESTAMPTZ)) * 10 + ${unixEpochTicks}
       + CASE WHEN v[20] = '.' AND v[27] BETWEEN '0' AND '9' THEN (v[27])::BIGINT ELSE 0 END
     END,
     CASE WHEN v[-1] = 'M' THEN
       epoch_us(try_strptime(replace(replace(v, ', ', ' '), chr(8239), ' '),
         ['%m/%d/%Y %I:%M:%S.%f %p', '%m/%d/%Y %I:%M:%S %p', '%m/%d/%Y %I:%M %p'])) * 10 + ${unixEpochTicks}
     END, hunt_read_datetime(v))`,
];

/**
 * Returns SQL for the physical value of a text column: NULL where the text does not convert. Empty text is the null of
 * every type but string; callers decide that before they ask.
 */
export function fromText(column: string, type: ScalarType): string {
  switch (type) {
    case 'string':
      return column;
    case 'bool':
      return `CASE lower(${column}) WHEN 'true' THEN true WHEN 'false' THEN false WHEN '1' THEN true WHEN '0' THEN false END`;
    case 'int':
    case 'long':
      // DuckDB would round '1.5' to an integer and read '1e3' and '1_0' as one; only whole numbers are integers here.
      return `CASE WHEN ${['.', 'e', 'E', '_'].map((sign) => `contains(${column}, '${sign}')`).join(' OR ')}
        THEN NULL ELSE TRY_CAST(${column} AS ${sqlTypes[type]}) END`;
    case 'datetime':
      return `hunt_ticks(${column})`;
    case 'timespan':
      return `hunt_read_timespan(${column})`;
    case 'dynamic':
      return `CASE WHEN json_valid(${column}) THEN ${column}::JSON ELSE to_json(${column}) END`;
    case 'real':
    case 'decimal':
    case 'guid':
      return `TRY_CAST(${column} AS ${sqlTypes[type]})`;
  }
}
