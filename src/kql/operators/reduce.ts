/**
 * `reduce`: texts grouped by what they have in common, after R. Vaarandi, "A Data Clustering Algorithm for Mining Patterns
 * From Event Logs" (2003), which Kusto's documentation names. A term at a place that more than the threshold's share of
 * the rows has is a word; a text's pattern is its words, with a wildcard for each other term. A pattern that no more than
 * that share of the rows has is none: its rows are the others.
 */
import { select } from '../context.ts';
import type { Context } from '../context.ts';
import { constantScope, rowScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { textOf } from '../functions/convert.ts';
import { escapePattern } from '../functions/terms.ts';
import { errorAt } from '../queryError.ts';
import { numberOf } from '../plugins/arguments.ts';
import { relationColumns, uniqueName } from '../relation.ts';
import type { Relation } from '../relation.ts';
import { realLiteral, stringLiteral } from '../sql/literal.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { parameterNode, stored } from './operator.ts';

/** Kusto's default of `threshold`. */
const defaultThreshold = 0.1;

/** Terms of a text after these are as wildcards: what is compared grows with the texts' length no further. */
const mostTerms = 256;

/** Patterns beyond the most frequent ones count as others. */
const mostPatterns = 10_000;

/** `reduce [kind=source] by text [with threshold=share, characters="..."]`. */
export function reduce(node: SyntaxNode, input: Relation, context: Context): Relation {
  const kind = parameterNode(node, 'kind');
  if (kind !== undefined && kind.text !== 'source') {
    throw errorAt(kind, 'semantic', 'invalid-argument', 'The only kind of reduce is source.');
  }
  const text = textOf(translateExpression(node.child('Expression'), rowScope(context, input)));
  const rows = context.tables.add(
    'reduce_rows',
    `SELECT *, ${text} AS "$t"${kind === undefined ? '' : ', row_number() OVER () AS "$place"'} FROM ${input.source}`,
    'MATERIALIZED ',
  );
  const patterns = patternsOf(rows, node, context);
  if (kind !== undefined) return rowsWithPattern(input, rows, patterns, context);
  const groups = context.tables.add(
    'reduce_groups',
    `SELECT pattern, CAST(sum(n) AS BIGINT) AS n, is_other, CASE WHEN is_other THEN '' ELSE min({n: -n, t: t}).t END AS shown
    FROM ${patterns} GROUP BY pattern, is_other ORDER BY is_other, n DESC, pattern`,
  );
  return select(context, 'reduce', groups, [
    { name: 'Pattern', value: { sql: 'pattern', type: 'string' } },
    { name: 'Count', value: { sql: 'n', type: 'long' } },
    { name: 'Representative', value: { sql: 'shown', type: 'string' } },
  ]);
}

/** `kind=source`: the rows in their order, each with its pattern. */
function rowsWithPattern(input: Relation, rows: string, patterns: string, context: Context): Relation {
  const name = uniqueName('Pattern', new Set(input.columns.map((column) => column.name)));
  const columns = relationColumns([...input.columns, { name, type: 'string' }]);
  const pattern = `p.pattern AS ${columns.at(-1)?.sql ?? ''}`;
  const list = [...input.columns.map(({ sql }) => `r.${sql}`), pattern];
  const sql = `SELECT ${list.join(', ')} FROM ${rows} AS r JOIN ${patterns} AS p ON p.t = r."$t" ORDER BY r."$place"`;
  return stored(context, 'reduce', sql, columns, input.isSorted);
}

/** Returns a table of the distinct texts `t`, the number of their rows `n`, their `pattern`, and whether that is the others'. */
function patternsOf(rows: string, node: SyntaxNode, context: Context): string {
  const { tables } = context;
  const termSet = termsOf(node, context);
  const term = stringLiteral(`[${termSet.members}]+`);
  const values = tables.add(
    'reduce_values',
    `SELECT *, row_number() OVER () AS v FROM (SELECT "$t" AS t, count(*) AS n, regexp_extract_all("$t", ${term})[:${mostTerms}] AS terms,
    regexp_split_to_array("$t", ${term}) AS separators FROM ${rows} GROUP BY 1)`,
    'MATERIALIZED ',
  );
  // What all rows share is frequent at any threshold.
  const share = `least(sum(n) * ${realLiteral(thresholdOf(node, context))}, sum(n) - 1)`;
  const least = `(SELECT ${share} FROM ${values})`;
  const terms = `(SELECT v, n, unnest(terms) AS term, unnest(range(1, len(terms) + 1)) AS place, unnest(separators[:len(terms)]) AS separator FROM ${values})`;
  // A number is a word only where no other number stands at its place: what is counted or numbered varies.
  const isNumber = "regexp_full_match(term, '[0-9]+')";
  const counted = tables.add(
    'reduce_terms',
    `SELECT place, term, sum(n) AS n, ${isNumber} AS is_number FROM ${terms} GROUP BY place, term`,
    'MATERIALIZED ',
  );
  const numbered = `SELECT place FROM ${counted} WHERE is_number GROUP BY place HAVING count(*) > 1`;
  const words = tables.add(
    'reduce_words',
    `SELECT place, term, true AS is_word FROM ${counted} WHERE n > ${least} AND NOT (is_number AND place IN (${numbered}))`,
    'MATERIALIZED ',
  );
  const marked = tables.add(
    'reduce_marked',
    `SELECT v, list({place: place, part: separator || CASE WHEN is_word THEN term ELSE ${mark} END}) AS parts
    FROM ${terms} LEFT JOIN ${words} USING (place, term) GROUP BY v HAVING bool_or(is_word)`,
  );
  const texts = tables.add(
    'reduce_texts',
    `SELECT t, n, array_to_string(list_transform(list_sort(parts), lambda e: e.part), '') || coalesce(separators[len(terms) + 1], '') || CASE WHEN len(separators) > len(terms) + 1 THEN ${mark} ELSE '' END AS marked
    FROM ${values} JOIN ${marked} USING (v)`,
    'MATERIALIZED ',
  );
  const patterns = tables.add(
    'reduce_patterns',
    `SELECT marked, ${patternSql(termSet)} AS p, sum(n) AS n FROM ${texts} GROUP BY marked`,
    'MATERIALIZED ',
  );
  const frequent = `SELECT p FROM ${patterns} GROUP BY p HAVING sum(n) > ${least} ORDER BY sum(n) DESC, p LIMIT ${mostPatterns}`;
  return tables.add(
    'reduced',
    `SELECT t, v.n, coalesce(p, 'others') AS pattern, p IS NULL AS is_other FROM ${values} AS v LEFT JOIN (
      SELECT t, p FROM ${texts} JOIN ${patterns} USING (marked) WHERE p IN (${frequent})) USING (t)`,
  );
}

/** A character that stands for a term that is no word until a pattern is written. */
const mark = 'chr(1)';

/**
 * SQL of the pattern of a marked text: one wildcard stands for all that follows the last word, and a separator that is a
 * letter or digit goes with the wildcard beside it.
 */
function patternSql({ members, letters }: TermSet): string {
  const cut = `regexp_replace(marked, ${stringLiteral(`\x01[^${members}]*$`)}, ${mark})`;
  const bare =
    letters === ''
      ? cut
      : `regexp_replace(${cut}, ${stringLiteral(`[${letters}]*\x01[${letters}]*`)}, ${mark}, 'g')`;
  return `replace(${bare}, ${mark}, '*')`;
}

function thresholdOf(node: SyntaxNode, context: Context): number {
  const value = option(node, 'threshold');
  if (value === undefined) return defaultThreshold;
  const threshold = numberOf(translateExpression(value, constantScope(context)).constant);
  if (threshold !== undefined && threshold >= 0 && threshold <= 1) return threshold;
  throw errorAt(value, 'semantic', 'invalid-argument', 'threshold is a constant number from 0 to 1.');
}

interface TermSet {
  /** The characters of terms, as a regular expression's class has them. */
  readonly members: string;
  /** The letters and digits that separate terms. */
  readonly letters: string;
}

/**
 * Terms are of ASCII letters and digits. `characters` changes sides, as in the documented examples: a letter or digit in
 * it separates terms, any other belongs to them.
 */
function termsOf(node: SyntaxNode, context: Context): TermSet {
  const value = option(node, 'characters');
  const constant = value === undefined ? '' : translateExpression(value, constantScope(context)).constant;
  if (typeof constant !== 'string') {
    throw errorAt(value ?? node, 'semantic', 'invalid-argument', 'characters is a constant text.');
  }
  const given = [...new Set(constant)];
  const letters = given.filter((character) => alphanumeric.includes(character)).join('');
  const members = [
    ...Array.from(alphanumeric).filter((character) => !letters.includes(character)),
    ...given.filter((character) => !alphanumeric.includes(character)).map(escapePattern),
  ].join('');
  if (members !== '') return { members, letters };
  throw errorAt(value ?? node, 'semantic', 'invalid-argument', 'characters leaves no character for terms.');
}

const alphanumeric = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function option(node: SyntaxNode, name: string): SyntaxNode | undefined {
  const clause = node.optional('With');
  return clause === undefined ? undefined : parameterNode(clause, name);
}
