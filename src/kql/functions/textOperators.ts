/** String operators: equality without case, `contains`, `startswith`, `has`, `matches regex` and their relatives. */
import type { ScalarTranslator, SqlExpression } from '../expression.ts';
import { lowerCase, stringLiteral } from '../sql/literal.ts';
import { textOf } from './convert.ts';
import { constantPattern } from './patterns.ts';
import { folded, hasAnyConstantTerm, hasConstantTerm, hasTerm, wholeTerm } from './terms.ts';
import type { TermMatch } from './terms.ts';

type Test = (text: SqlExpression, searched: SqlExpression) => string;

/** The SQL of a searched text, folded at translation when it is constant. */
function needle(value: SqlExpression, isCaseSensitive: boolean): string {
  if (typeof value.constant !== 'string') return folded(textOf(value), isCaseSensitive);
  return stringLiteral(isCaseSensitive ? value.constant : lowerCase(value.constant));
}

function plainTest(sqlFunction: string, isCaseSensitive: boolean): Test {
  return (text, searched) =>
    `${sqlFunction}(${folded(textOf(text), isCaseSensitive)}, ${needle(searched, isCaseSensitive)})`;
}

function termTest(match: TermMatch): Test {
  return (text, searched) =>
    typeof searched.constant === 'string'
      ? hasConstantTerm(textOf(text), searched.constant, match)
      : hasTerm(textOf(text), textOf(searched), match);
}

const equalWithoutCase: Test = (left, right) => `(${needle(left, false)} = ${needle(right, false)})`;

/** Each test with the kinds of syntax node that stand for it and for its negation. */
const tests: readonly (readonly [kind: string, negatedKind: string, test: Test])[] = [
  ['EqualTildeExpression', 'BangTildeExpression', equalWithoutCase],
  ['ContainsExpression', 'NotContainsExpression', plainTest('contains', false)],
  ['ContainsCsExpression', 'NotContainsCsExpression', plainTest('contains', true)],
  ['StartsWithExpression', 'NotStartsWithExpression', plainTest('starts_with', false)],
  ['StartsWithCsExpression', 'NotStartsWithCsExpression', plainTest('starts_with', true)],
  ['EndsWithExpression', 'NotEndsWithExpression', plainTest('ends_with', false)],
  ['EndsWithCsExpression', 'NotEndsWithCsExpression', plainTest('ends_with', true)],
  ['HasExpression', 'NotHasExpression', termTest(wholeTerm)],
  ['HasCsExpression', 'NotHasCsExpression', termTest({ ...wholeTerm, isCaseSensitive: true })],
  ['HasPrefixExpression', 'NotHasPrefixExpression', termTest({ ...wholeTerm, atEnd: false })],
  [
    'HasPrefixCsExpression',
    'NotHasPrefixCsExpression',
    termTest({ isCaseSensitive: true, atStart: true, atEnd: false }),
  ],
  ['HasSuffixExpression', 'NotHasSuffixExpression', termTest({ ...wholeTerm, atStart: false })],
  [
    'HasSuffixCsExpression',
    'NotHasSuffixCsExpression',
    termTest({ isCaseSensitive: true, atStart: false, atEnd: true }),
  ],
];

function asOperator(test: Test, isNegated: boolean): ScalarTranslator {
  return ([left, right], call) => {
    if (left === undefined || right === undefined) return call.invalid(`'${call.name}' needs two operands.`);
    const sql = test(left, right);
    return isNegated ? `(NOT ${sql})` : sql;
  };
}

const matchesRegex: ScalarTranslator = ([text, pattern], call) => {
  if (text === undefined || pattern === undefined) return call.invalid(`'${call.name}' needs two operands.`);
  return `regexp_matches(${textOf(text)}, ${constantPattern(pattern, call, 1)})`;
};

/** The searched terms of `has_any` and `has_all` as texts, when all are constant. */
function constantTerms(args: readonly SqlExpression[]): string[] | undefined {
  const terms: string[] = [];
  for (const { constant } of args) {
    if (typeof constant === 'string') terms.push(constant);
    else if (typeof constant === 'object' && constant !== null && Array.isArray(constant.json)) {
      const items: readonly unknown[] = constant.json;
      if (!items.every((item) => typeof item === 'string' || typeof item === 'number')) return undefined;
      terms.push(...items.map(String));
    } else return undefined;
  }
  return terms;
}

/** Terms that the data decide, as a SQL list of texts. */
function termList(args: readonly SqlExpression[]): string {
  const lists = args.map((arg) =>
    arg.type === 'dynamic' ? `coalesce(kql_texts(${arg.sql}), [])` : `[${textOf(arg)}]`,
  );
  return lists.length === 1 ? (lists[0] ?? '[]') : `list_concat(${lists.join(', ')})`;
}

const hasAny: ScalarTranslator = ([text, ...searched], call) => {
  if (text === undefined) return call.invalid("'has_any' needs a text.");
  const terms = constantTerms(searched);
  if (terms !== undefined) return hasAnyConstantTerm(textOf(text), terms, wholeTerm);
  return `kql_has_any(lower(${textOf(text)}), ${termList(searched)})`;
};

const hasAll: ScalarTranslator = ([text, ...searched], call) => {
  if (text === undefined) return call.invalid("'has_all' needs a text.");
  const terms = constantTerms(searched);
  if (terms === undefined) return `kql_has_all(lower(${textOf(text)}), ${termList(searched)})`;
  if (terms.length === 0) return 'true';
  const subject = textOf(text);
  return `(${[...new Set(terms)].map((term) => hasConstantTerm(subject, term, wholeTerm)).join(' AND ')})`;
};

export const textOperators: ReadonlyMap<string, ScalarTranslator> = new Map([
  ...tests.flatMap(([kind, negatedKind, test]): [string, ScalarTranslator][] => [
    [kind, asOperator(test, false)],
    [negatedKind, asOperator(test, true)],
  ]),
  ['MatchesRegexExpression', matchesRegex],
  ['HasAnyExpression', hasAny],
  ['HasAllExpression', hasAll],
]);
