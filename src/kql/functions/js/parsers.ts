/** Parsers of structured text to JSON. */
import type { ScalarFunction } from '../../scalarFunction.ts';
import type { JsonValue } from '../../types.ts';
import { parseCommandLine } from '../commandLine.ts';
import { parseCsvLine, parsePath, parseUrl, parseUrlQuery, parseVersion } from '../parsePaths.ts';
import { parseUserAgent } from '../userAgent.ts';
import { xmlToJson } from '../xml.ts';
import { textFunction } from './textFunction.ts';

function parser(name: string, parse: (text: string) => JsonValue): ScalarFunction {
  return textFunction(name, 1, (text) => {
    const value = parse(text);
    return value === null ? null : JSON.stringify(value);
  });
}

export const parserJsFunctions: readonly ScalarFunction[] = [
  parser('kql_parse_url', parseUrl),
  parser('kql_parse_url_query', parseUrlQuery),
  parser('kql_parse_path', parsePath),
  parser('kql_parse_csv', parseCsvLine),
  parser('kql_parse_command_line', parseCommandLine),
  parser('kql_parse_user_agent', parseUserAgent),
  parser('kql_parse_xml', xmlToJson),
  textFunction('kql_parse_version', 1, parseVersion),
];
