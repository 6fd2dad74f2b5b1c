/** Values of Zeek logs in SQL (https://docs.zeek.org/en/master/script-reference/types.html). */
import { stringLiteral } from '../../kql/sql/literal.ts';
import type { ScalarType } from '../../kql/types.ts';
import { epochTicks, ticksOfSeconds } from '../epochTicks.ts';
import type { ZeekBlock } from './zeekHeader.ts';

interface Scalar {
  readonly type: ScalarType;
  /** SQL of the value of a text, NULL where it is none. */
  readonly read: (text: string) => string;
}

const integer = (text: string): string => `TRY_CAST(${text} AS BIGINT)`;

/** Kusto's type for each of Zeek's; what is not here is text. */
const scalars: Readonly<Record<string, Scalar | undefined>> = {
  time: { type: 'datetime', read: epochTicks },
  interval: { type: 'timespan', read: ticksOfSeconds },
  bool: { type: 'bool', read: (text) => `CASE ${text} WHEN 'T' THEN true WHEN 'F' THEN false END` },
  count: { type: 'long', read: integer },
  int: { type: 'long', read: integer },
  port: { type: 'int', read: (text) => `TRY_CAST(${text} AS INTEGER)` },
  double: { type: 'real', read: (text) => `TRY_CAST(${text} AS DOUBLE)` },
};

/** Returns Kusto's type of a Zeek type; undefined where the header gives none. */
export function kustoType(zeekType: string | undefined): ScalarType | undefined {
  if (zeekType === undefined) return undefined;
  return elementType(zeekType) === undefined ? (scalars[zeekType]?.type ?? 'string') : 'dynamic';
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
  const scalar = zeekType === undefined ? undefined : scalars[zeekType];
  if (scalar !== undefined) return `CASE WHEN ${isUnset} THEN NULL ELSE ${scalar.read(text)} END`;
  return `CASE WHEN ${isUnset} OR ${isEmpty} THEN '' ELSE ${plainText(text)} END`;
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
