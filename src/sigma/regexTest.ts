/** Regular expressions of rules: PCRE in Sigma, RE2 in Kusto, which has neither look-around nor back references. */
import type { Test } from './matcher.ts';
import { failure, type Place } from './sigmaError.ts';

export type RegexFlag = 'i' | 'm' | 's';

const refused: readonly (readonly [RegExp, string])[] = [
  [/\(\?<?[=!]/, 'a look-around, `(?=` or `(?!`'],
  [/\(\?>/, 'an atomic group, `(?>`'],
  [/[*+?}]\+/, 'a possessive quantifier, such as `*+`'],
  [/(?:^|[^\\])(?:\\\\)*\\[1-9]/, 'a back reference, such as `\\1`'],
  [/(?:^|[^\\])(?:\\\\)*\\k[<{']/, 'a back reference by name'],
];

/** RE2 repeats a part at most so often. */
const mostRepeats = 1000;

/** Returns the test; throws a failure of kind `regex` where RE2 cannot run the expression. */
export function regexTest(source: string, flags: ReadonlySet<RegexFlag>, place: Place): Test {
  // What stands in brackets is a set of characters, in which nothing of this has a meaning.
  const withoutSets = source.replace(/\\.|\[\^?\]?(?:\\.|[^\]\\])*\]/gs, (part) =>
    part.startsWith('[') ? '[]' : part,
  );
  const feature = refused.find(([pattern]) => pattern.test(withoutSets))?.[1];
  if (feature !== undefined) {
    throw failure(
      'regex',
      `Kusto's regular expressions (RE2) cannot hold ${feature}. Write the rule with \`contains\` and a filter.`,
      place,
    );
  }
  const repeats = [...withoutSets.matchAll(/(?<!\\)\{(\d*)(?:,(\d*))?\}/g)].flatMap(([, low, high]) => [
    Number(low),
    Number(high ?? 0),
  ]);
  if (repeats.some((count) => count > mostRepeats)) {
    throw failure(
      'regex',
      `Kusto's regular expressions (RE2) repeat a part at most ${mostRepeats} times.`,
      place,
    );
  }
  const problem = syntaxProblem(source);
  if (problem !== undefined)
    throw failure('regex', `This regular expression cannot be read: ${problem}.`, place);
  const prefix = flags.size === 0 ? '' : `(?${[...flags].sort().join('')})`;
  return { kind: 'regex', pattern: prefix + source };
}

/** What JavaScript says of the expression, whose syntax is close enough to RE2's to find what no engine reads. */
function syntaxProblem(source: string): string | undefined {
  // Inline flags, POSIX classes and the anchors \A and \z are RE2's own.
  const common = source
    .replace(/\(\?[imsU-]+\)/g, '')
    .replace(/\(\?[imsU-]+:/g, '(?:')
    .replace(/\(\?P</g, '(?<');
  try {
    new RegExp(common, 's');
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.split(': ').at(-1)?.toLowerCase() ?? message;
  }
}
