/** Values of Zeek logs in SQL (https://docs.zeek.org/en/master/script-reference/types.html). */
import { stringLiteral } from '../../kql/sql/literal.ts';
import { maxDatetimeTicks, unixEpochTicks } from '../../kql/time/ticks.ts';
import type { ScalarType } from '../../kql/types.ts';
import type { ZeekBlock } from './zeekHeader.ts';

/** Kusto's type for each of Zeek's; what is not here is text. */
const scalarTypes: Readonly<Record<string, ScalarType | undefined>> = {
  time: 'datetime',
  interval: 'timespan',
  bool: 'bool',
  count: 'long',
  int: 'long',
  port: 'int',
  double: 'real',
};

/** Returns Kusto's type of a Zeek type; undefined where the header gives none. */
export function kustoType(zeekType: string | undefined): ScalarType | undefined {
  if (zeekType === undefined) return undefined;
  return elementType(zeekType) === undefined ? (scalarTypes[zeekType] ?? 'string') : 'dynamic';
}

/** Type of the elements of a set, vector or the like. */
function elementType(zeekType: string): string | undefined {
  return /^(?:set|vector|table|list)\[(.*)\]$/.exec(zeekType)?.[1];
}

/**
 * Returns the SQL that reads a field of the type from its text, which must be a cheap expression: NULL where the field
 * is unset, or where a number, time or truth is none.
 */
export function zeekValue(text: string, zeekType: string | undefined, block: ZeekBlock): string {
  const isUnset = `${text} = ${stringLiteral(block.unsetField)}`;
  const isEmpty = `${text} = ${stringLiteral(block.emptyField)}`;
  const element = zeekType === undefined ? undefined : elementType(zeekType);
  if (element !== undefined) {
    return `CASE WHEN ${isUnset} THEN NULL WHEN ${isEmpty} OR ${text} = '' THEN '[]'::JSON
      ELSE ${arrayOf(text, element, block)} END`;
  }
  const type = kustoType(zeekType) ?? 'string';
  if (type !== 'string') return `CASE WHEN ${isUnset} THEN NULL ELSE ${scalar(text, type)} END`;
  return `CASE WHEN ${isUnset} OR ${isEmpty} THEN '' ELSE ${plainText(text)} END`;
}

function scalar(text: string, type: ScalarType): string {
  switch (type) {
    case 'datetime':
      return epochTicks(text);
    case 'timespan':
      return ticksOf(text);
    case 'bool':
      return `CASE ${text} WHEN 'T' THEN true WHEN 'F' THEN false END`;
    case 'real':
      return `TRY_CAST(${text} AS DOUBLE)`;
    case 'int':
      return `TRY_CAST(${text} AS INTEGER)`;
    default:
      return `TRY_CAST(${text} AS BIGINT)`;
  }
}

/** Returns SQL for the ticks of a number of seconds, exact to the digit; NULL for what is no number. */
function ticksOf(text: string): string {
  return `TRY_CAST(TRY_CAST(${text} AS DECIMAL(28, 7)) * 10000000 AS BIGINT)`;
}

/** Returns SQL for the datetime of a text with seconds since 1970; NULL for what is no number or no datetime. */
export function epochTicks(text: string): string {
  const ticks = `(${ticksOf(text)} + ${unixEpochTicks})`;
  return `CASE WHEN ${ticks} BETWEEN 0 AND ${maxDatetimeTicks} THEN ${ticks} END`;
}

const numeric: ReadonlySet<string> = new Set(['time', 'interval', 'count', 'int', 'port', 'double']);

/** Numbers and truths as JSON has them, the rest as text; an element that is unset is null. */
function arrayOf(text: string, element: string, block: ZeekBlock): string {
  const isEmpty = `e = ${stringLiteral(block.emptyField)}`;
  const isNumber = `regexp_full_match(e, '-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?')`;
  const written = numeric.has(element)
    ? `WHEN ${isNumber} THEN e::JSON`
    : element === 'bool'
      ? "WHEN e = 'T' THEN 'true'::JSON WHEN e = 'F' THEN 'false'::JSON"
      : '';
  return `to_json(list_transform(string_split(${text}, ${stringLiteral(block.setSeparator)}), lambda e:
    CASE WHEN e = ${stringLiteral(block.unsetField)} THEN 'null'::JSON ${written}
      ELSE to_json(CASE WHEN ${isEmpty} THEN '' ELSE ${plainText('e')} END) END))`;
}

/**
 * Zeek writes bytes that would break its format as `\x09`, and a backslash twice. Bytes that together are no UTF-8 stay
 * as they are written.
 */
function plainText(text: string): string {
  const percent = `replace(replace(${text}, '%', '%25'), '\\\\', '%5C')`;
  const decoded = `url_decode(regexp_replace(${percent}, '\\\\x([0-9a-fA-F]{2})', '%\\1', 'g'))`;
  return `CASE WHEN contains(${text}, '\\') THEN coalesce(TRY(${decoded}), ${text}) ELSE ${text} END`;
}
