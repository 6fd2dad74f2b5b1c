import assert from 'node:assert/strict';
import fc from 'fast-check';
import { base64Offsets } from '../../src/sigma/encodings.ts';
import { plainText, sigmaText, textPattern } from '../../src/sigma/sigmaText.ts';
import { attackTags } from '../../src/sigma/techniques.ts';

/** Matches character by character, as the specification puts it: slow and plain. */
function matches(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const [first, second] = [pattern[0], pattern[1]];
  if (first === '\\' && (second === '*' || second === '?' || second === '\\')) {
    return text[0] === second && matches(pattern.slice(2), text.slice(1));
  }
  if (first === '*')
    return matches(pattern.slice(1), text) || (text !== '' && matches(pattern, text.slice(1)));
  if (text === '') return false;
  return (first === '?' || first === text[0]) && matches(pattern.slice(1), text.slice(1));
}

describe('texts of Sigma rules', () => {
  it('match as character by character', () => {
    const characters = fc.constantFrom('a', 'b', '*', '?', '\\', '.', '$', '\n');
    const text = (maxLength: number): fc.Arbitrary<string> =>
      fc.array(characters, { maxLength }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text(7), text(7), (pattern, value) => {
        const read = sigmaText(pattern);
        const plain = plainText(read);
        const found = plain === undefined ? new RegExp(textPattern(read), 's').test(value) : plain === value;
        assert.equal(found, matches(pattern, value));
      }),
      { numRuns: 3000 },
    );
  });

  it('are in Base64 at one of three offsets, whatever stands around', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 3, maxLength: 12 }),
        fc.uint8Array({ maxLength: 5 }),
        fc.uint8Array({ maxLength: 5 }),
        (bytes, before, after) => {
          const encoded = Buffer.concat([before, bytes, after]).toString('base64');
          assert.ok(base64Offsets(bytes).some((variant) => encoded.includes(variant)));
        },
      ),
    );
  });

  it('name techniques of today', () => {
    const tags = attackTags([
      'attack.t1086',
      'attack.T1053.005',
      'attack.execution',
      'attack.s0002',
      'cve.2024-1',
    ]);
    assert.deepEqual(tags, { techniques: ['T1059.001', 'T1053.005'], tactics: ['Execution'] });
  });
});
