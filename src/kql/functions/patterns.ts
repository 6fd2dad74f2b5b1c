/** Regular expressions: Kusto's and DuckDB's are both RE2, with small differences in flags. */
import type { Call, SqlExpression } from '../expression.ts';
import { stringLiteral } from '../sql/literal.ts';
import { textOf } from './convert.ts';

/** SQL of a pattern; a constant one is checked here, so that a mistake is reported at its place in the query. */
export function constantPattern(pattern: SqlExpression, call: Call, index: number): string {
  if (typeof pattern.constant !== 'string') return textOf(pattern);
  const refused = refusedFeature(pattern.constant);
  if (refused !== undefined)
    call.invalid(`A regular expression of Kusto (RE2) cannot hold ${refused}.`, index);
  return stringLiteral(duckPattern(pattern.constant));
}

/** The pattern with `\\uXXXX` as DuckDB's RE2 writes it, and `(?<name>` as every RE2 reads it. */
export function duckPattern(pattern: string): string {
  return pattern
    .replace(
      /\\(?:u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\}|U([0-9a-f]{8})|[^])/gi,
      (escape, four, braced, eight) => {
        const code: unknown = four ?? braced ?? eight;
        return typeof code === 'string' && /^\\[uU]/.test(escape) ? `\\x{${code}}` : escape;
      },
    )
    .replace(/\(\?<(?=[a-z_])/gi, '(?P<');
}

const refusedFeatures: readonly (readonly [RegExp, string])[] = [
  [/\(\?<?[=!]/, 'a look-around'],
  [/\(\?>/, 'an atomic group'],
  [/(?<!\\)(?:\\\\)*\\[1-9]/, 'a back reference'],
];

function refusedFeature(pattern: string): string | undefined {
  const withoutClasses = pattern.replace(/\[(?:\\.|[^\]\\])*\]/g, '');
  return refusedFeatures.find(([feature]) => feature.test(withoutClasses))?.[1];
}

/** A rewrite text of `replace_regex` in DuckDB's form: Kusto writes groups as `\1` or `$1`. */
export function rewriteText(rewrite: SqlExpression): string {
  if (typeof rewrite.constant === 'string') return stringLiteral(duckRewrite(rewrite.constant));
  return `regexp_replace(${textOf(rewrite)}, '\\$(\\d)', '\\\\\\1', 'g')`;
}

function duckRewrite(rewrite: string): string {
  return rewrite.replace(/\$(\d)/g, '\\$1').replace(/\\(?![0-9\\])/g, '\\\\');
}
