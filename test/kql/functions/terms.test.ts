import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { hasAnyConstantTerm, hasConstantTerm, hasTerm, wholeTerm } from '../../../src/kql/functions/terms.ts';
import type { TermMatch } from '../../../src/kql/functions/terms.ts';
import { stringLiteral } from '../../../src/kql/sql/literal.ts';
import { openDatabase, sqlValue } from './database.ts';

/** What `has` means, read letter by letter. */
function reference(text: string, term: string, match: TermMatch): boolean {
  const fold = (value: string): string[] => Array.from(match.isCaseSensitive ? value : value.toLowerCase());
  const [subject, needle] = [fold(text), fold(term)];
  const isTermCharacter = (character: string | undefined): boolean =>
    character !== undefined && /^[\p{L}\p{Nd}]$/u.test(character);
  for (let at = 0; at + needle.length <= subject.length; at++) {
    if (!needle.every((character, index) => subject[at + index] === character)) continue;
    const cutsBefore = match.atStart && isTermCharacter(needle[0]) && isTermCharacter(subject[at - 1]);
    const cutsAfter =
      match.atEnd && isTermCharacter(needle.at(-1)) && isTermCharacter(subject[at + needle.length]);
    if (!cutsBefore && !cutsAfter) return true;
  }
  return false;
}

const character = fc.constantFrom(
  'a',
  'B',
  'b',
  '1',
  '.',
  '-',
  '_',
  ' ',
  '\\',
  '\u00e9',
  '\u00c9',
  '(',
  "'",
  '\u65e5',
);
const text = fc.array(character, { maxLength: 12 }).map((characters) => characters.join(''));
const term = fc.array(character, { maxLength: 4 }).map((characters) => characters.join(''));
const match = fc.record({ isCaseSensitive: fc.boolean(), atStart: fc.boolean(), atEnd: fc.boolean() });

describe('has', () => {
  let connection: DuckDBConnection;
  before(async () => {
    connection = await openDatabase();
  });
  after(() => {
    connection.closeSync();
  });

  const cases: readonly (readonly [text: string, term: string, expected: boolean])[] = [
    ['hello-world', 'hello', true],
    ['helloworld', 'hello', false],
    ['1_2_3', '2', true],
    ['v1.2.3', '2.3', true],
    ['v1.2.30', '2.3', false],
    ['C:\\Windows\\cmd.exe', '.exe', true],
    ['CAF\u00c9 au lait', 'caf\u00e9', true],
    ['anything', '', true],
    ['', 'a', false],
  ];
  for (const [subject, searched, expected] of cases) {
    it(`says ${expected} to '${subject}' has '${searched}'`, async () => {
      const sql = hasConstantTerm(stringLiteral(subject), searched, wholeTerm);
      assert.equal(await sqlValue(connection, sql), expected);
    });
  }

  it('agrees with the reference for constant terms', async () => {
    await fc.assert(
      fc.asyncProperty(text, term, match, async (subject, searched, how) => {
        const sql = hasConstantTerm(stringLiteral(subject), searched, how);
        assert.equal(await sqlValue(connection, sql), reference(subject, searched, how));
      }),
      { numRuns: 100 },
    );
  });

  it('agrees with the reference for terms that the data give', async () => {
    await fc.assert(
      fc.asyncProperty(text, term, match, async (subject, searched, how) => {
        const sql = hasTerm(stringLiteral(subject), stringLiteral(searched), how);
        assert.equal(await sqlValue(connection, sql), reference(subject, searched, how));
      }),
      { numRuns: 100 },
    );
  });

  it('finds any of a list exactly when it finds one of them', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.array(term, { maxLength: 10 }), async (subject, terms) => {
        const sql = hasAnyConstantTerm(stringLiteral(subject), terms, wholeTerm);
        const expected = terms.some((searched) => reference(subject, searched, wholeTerm));
        assert.equal(await sqlValue(connection, sql), expected);
      }),
      { numRuns: 100 },
    );
  });
});
