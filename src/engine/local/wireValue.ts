/** DuckDB's physical values as wire values: what the grid, the CLI and stored findings receive. */
import type { DuckDBValue } from '@duckdb/node-api';
import { formatDatetime, formatTimespan } from '../../kql/time/ticks.ts';
import type { JsonValue, ScalarType, WireValue } from '../../kql/types.ts';

/** Returns the wire value of a physical value of a column of this Kusto type. */
export function wireValue(value: DuckDBValue, type: ScalarType): WireValue {
  if (value === null) return type === 'string' ? '' : null;
  switch (type) {
    case 'bool':
      return value === true;
    case 'int':
    case 'long':
      return integer(value);
    case 'real':
      return real(Number(value));
    case 'datetime':
      return typeof value === 'bigint' ? formatDatetime(value) : null;
    case 'timespan':
      return typeof value === 'bigint' ? formatTimespan(value) : null;
    case 'dynamic':
      return json(String(value));
    case 'decimal':
      return decimal(String(value));
    case 'guid':
    case 'string':
      return String(value);
  }
}

function integer(value: DuckDBValue): WireValue {
  if (typeof value !== 'bigint') return Number(value);
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? asNumber : value.toString();
}

function real(value: number): WireValue {
  return Number.isFinite(value) ? value : String(value);
}

/** DuckDB pads to the column's scale; Kusto shows the value. */
function decimal(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function json(text: string): WireValue {
  try {
    const parsed: JsonValue = JSON.parse(text) as JsonValue;
    return parsed;
  } catch {
    return text; // a dynamic that is not JSON is its own text
  }
}
