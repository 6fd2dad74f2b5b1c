/** Functions that take structured text apart. */
import { sqlTypes } from '../sql/literal.ts';
import { convert, textOf } from './convert.ts';
import { differing, exact, ofFirst } from './entry.ts';
import type { ScalarEntry, ScalarTable } from './entry.ts';

/** A parser in JavaScript from a text to a dynamic. */
function parser(name: string): ScalarEntry {
  return exact(ofFirst((text) => `CAST(${name}(${textOf(text)}) AS JSON)`));
}

const parseUrl = parser('kql_parse_url');
const parseUrlQuery = parser('kql_parse_url_query');

export const parseFunctions: ScalarTable = {
  parse_url: parseUrl,
  parseurl: parseUrl,
  parse_urlquery: parseUrlQuery,
  parseurlquery: parseUrlQuery,
  parse_path: parser('kql_parse_path'),
  parse_csv: parser('kql_parse_csv'),
  parse_xml: parser('kql_parse_xml'),
  parse_command_line: exact(
    ofFirst((line, [kind], call) => {
      if (kind !== undefined && !(typeof kind.constant === 'string' && /^windows$/i.test(kind.constant))) {
        return call.unsupported("parse_command_line() of another kind than 'windows'.", 1);
      }
      return `nullif(CAST(kql_parse_command_line(${textOf(line)}) AS JSON), '[]')`;
    }),
  ),
  parse_user_agent: differing(
    'Common browsers, systems and devices are recognised; rarer ones are `Other`.',
    ofFirst((text, _rest, call) => {
      call.notice('parse_user_agent() recognises common browsers and systems here; rarer ones are "Other".');
      return `CAST(kql_parse_user_agent(${textOf(text)}) AS JSON)`;
    }),
  ),
  parse_version: exact(
    ofFirst((text) => `TRY_CAST(kql_parse_version(${textOf(text)}) AS ${sqlTypes.decimal})`),
  ),
  format_bytes: exact(
    ofFirst((value, [digits, unit]) => {
      const places = digits === undefined ? '0' : convert(digits, 'long');
      return `kql_format_bytes(${convert(value, 'real')}, ${places}, ${unit === undefined ? "''" : textOf(unit)})`;
    }),
  ),
};
