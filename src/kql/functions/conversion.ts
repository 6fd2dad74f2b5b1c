/** The `to...()` functions. */
import type { ScalarTranslator } from '../expression.ts';
import { jsonLiteral, longLiteral, nullLiteral, stringLiteral } from '../sql/literal.ts';
import { parseDatetime } from '../time/parseDatetime.ts';
import { parseTimespan } from '../time/parseTimespan.ts';
import { jsonFromText } from './json.ts';
import { convert, longOf } from './convert.ts';
import { exact, ofFirst } from './entry.ts';
import type { ScalarEntry, ScalarTable } from './entry.ts';

/** Converts to the type that the language gives the call. */
const toCallType: ScalarTranslator = ofFirst((value, _rest, call) => convert(value, call.type));

/** A constant text is read here, so that the query holds plain ticks. */
function readTicks(read: (text: string) => bigint | null): ScalarEntry {
  return exact(
    ofFirst((value, _rest, call) => {
      if (typeof value.constant !== 'string') return convert(value, call.type);
      const ticks = read(value.constant);
      return ticks === null ? nullLiteral(call.type) : longLiteral(ticks);
    }),
  );
}

const parsedJson = exact(
  ofFirst((value) => {
    if (value.type !== 'string') return convert(value, 'dynamic');
    if (typeof value.constant === 'string') {
      const json = jsonFromText(value.constant);
      if (json !== undefined) return jsonLiteral(json);
    }
    return `kql_parse_json(${value.sql})`;
  }),
);

/** Members are read from the text itself, which then is parsed once less and not written again. */
const parseJson: ScalarEntry = {
  ...parsedJson,
  memberSource: ([text]) =>
    text?.type === 'string' && text.constant === undefined && !text.sql.includes('(SELECT ')
      ? `TRY_CAST(${text.sql} AS JSON)`
      : undefined,
};

export const conversionFunctions: ScalarTable = {
  tostring: exact(toCallType),
  toint: exact(toCallType),
  tolong: exact(toCallType),
  toreal: exact(toCallType),
  todouble: exact(toCallType),
  todecimal: exact(toCallType),
  tobool: exact(toCallType),
  toboolean: exact(toCallType),
  toguid: exact(toCallType),
  todatetime: readTicks(parseDatetime),
  totimespan: readTicks(parseTimespan),
  totime: readTicks(parseTimespan),
  parse_json: parseJson,
  parsejson: parseJson,
  todynamic: parseJson,
  toobject: parseJson,
  dynamic_to_json: exact(ofFirst((value) => `coalesce(CAST(${convert(value, 'dynamic')} AS VARCHAR), '')`)),
  gettype: exact(ofFirst(({ type, sql }) => (type === 'dynamic' ? `kql_type(${sql})` : stringLiteral(type)))),
  tohex: exact(
    ofFirst((value, [width]) => {
      const digits =
        value.type === 'int' ? `right(to_hex(CAST(${value.sql} AS BIGINT)), 8)` : `to_hex(${longOf(value)})`;
      return `kql_at_least(lower(${digits}), ${width === undefined ? '0' : longOf(width)})`;
    }),
  ),
};
