import assert from 'node:assert/strict';
import fc from 'fast-check';
import '../propertySeed.ts';
import { possibleRules } from '../../src/sigma/possibleRules.ts';
import { textsOfRegex } from '../../src/sigma/regexTexts.ts';
import { collectRules, compileCollection } from '../../src/sigma/ruleCollection.ts';
import { scanQuery } from '../../src/sigma/scanQuery.ts';
import { events, openSigmaBench, textsOf, type SigmaBench } from './support.ts';

/** More values than are read as a whole, so that texts are searched. */
const rowCount = 7000;
/** Of the markers that rules ask for, the log has each fifth. */
const ruleCount = 60;

describe('Sigma rules that can hold', () => {
  let bench: SigmaBench;
  before(async () => {
    bench = await openSigmaBench();
    const rows = Array.from({ length: rowCount }, (_each, index) => {
      const marker = index > 6000 && index % 5 === 0 ? ` Long-Marker-${index % 100}-end` : '';
      return {
        Image: `C:\\Windows\\tool${index % 3}.exe`,
        CommandLine: `run ${index}${marker}`,
        ParentImage: '',
      };
    });
    await events(bench, { Image: 'string', CommandLine: 'string', ParentImage: 'string' }, rows);
  });
  after(() => bench.dispose());

  const scannedOf = async (detectionOf: (index: number) => string) => {
    const texts = Array.from({ length: ruleCount }, (_each, index) => ({
      file: `${index}.yml`,
      text: `title: R${index}\nlogsource: { product: test, service: events }\ndetection:\n  s: ${detectionOf(index)}\n  condition: s\n`,
    }));
    const collection = await collectRules(texts, {});
    const { scanned, refused } = compileCollection(collection, bench.engine.schema(), {});
    assert.deepEqual(refused, []);
    return scanned;
  };
  const titles = (rules: readonly { readonly rule: { readonly about: { readonly title: string } } }[]) =>
    rules.map(({ rule }) => rule.about.title);
  const fifth = Array.from({ length: ruleCount / 5 }, (_each, index) => `R${index * 5}`);

  it('are told by texts late in a long log, and find what all rules find', async () => {
    const scanned = await scannedOf((index) => `{ CommandLine|contains: 'long-marker-${index}-END' }`);
    const queries: string[] = [];
    const possible = await possibleRules(scanned, (kql) => {
      queries.push(kql);
      return textsOf(bench, kql);
    });
    assert.deepEqual(titles(possible), fifth);
    assert.deepEqual(await bench.query(scanQuery(possible)), await bench.query(scanQuery(scanned)));
    assert.ok(queries.length <= 6, `${queries.length} queries`);
  });

  it('are told by the texts of regular expressions', async () => {
    const scanned = await scannedOf((index) => `{ CommandLine|re: '\\d+ Long-Marker-${index}-[a-z]+$' }`);
    const possible = await possibleRules(scanned, (kql) => textsOf(bench, kql));
    assert.deepEqual(titles(possible), fifth);
  });

  it('are asked without the alternatives that no event has', async () => {
    const scanned = await scannedOf(
      (index) => `[{ Image|endswith: '\\tool${index}.exe' }, { Image|endswith: '\\other.exe' }]`,
    );
    const possible = await possibleRules(scanned, (kql) => textsOf(bench, kql));
    assert.deepEqual(titles(possible), ['R0', 'R1', 'R2']);
    assert.ok(!scanQuery(possible).includes('other'));
  });

  it('are none in an empty table', async () => {
    await events(bench, { Image: 'string' }, []);
    const scanned = await scannedOf((index) => `{ Image|contains: 'marker-${index}' }`);
    const possible = await possibleRules(scanned, (kql) => textsOf(bench, kql));
    assert.deepEqual(possible, []);
    assert.deepEqual(await bench.query(scanQuery(possible)), []);
  });
});

describe('texts of a regular expression', () => {
  const told: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['shutdown\\s+/r /f /t 00', ['/r /f /t 00']],
    ['\\$PSHome\\[\\s*\\d{1,3}\\s*\\]', ['$pshome[']],
    ['cmd.{0,5}(?:/c|/r).+powershell.+', ['powershell']],
    ['alpha|beta', ['alpha', 'beta']],
    ['(?:alpha|beta)+gam', ['alpha', 'beta']],
    ['ab?cd', ['cd']],
    ['abc?', ['ab']],
    ['[Rr][Uu][Nn]dll32(?:\\.[Ee][Xx][Ee])?', ['rundll32']],
    ['(?i)Download(?:er)?', ['download']],
    ['(?i)assassin', ['in']],
    ['ab{2,}cd', ['ab']],
    ['a{0}bc', ['bc']],
    ['x|.*', undefined],
    ['\\d+\\.\\w', undefined],
    ['\\x41\\x42cd', ['cd']],
    ['\\QabcX\\E', undefined],
    ['[[:alpha:]]long[^]a]er', ['long']],
    ['(unclosed', undefined],
    ['.{1000,}', undefined],
  ];
  for (const [pattern, expected] of told) {
    it(`are ${expected?.join(' or ') ?? 'unknown'} in ${pattern}`, () => {
      assert.deepEqual(textsOfRegex(pattern), expected);
    });
  }

  it('are in each value that it matches', () => {
    const piece = fc.constantFrom(
      'ab',
      'C',
      '\\.',
      '.',
      '\\d',
      '[ab]',
      '[Cc]',
      '(?:ab|C1)',
      '(b|)',
      'x',
      '^',
    );
    const times = fc.constantFrom('', '', '', '?', '*', '+', '{0,2}', '{2}', '+?');
    const sequence = fc
      .array(fc.tuple(piece, times), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.map(([part, count]) => (part === '^' ? part : part + count)).join(''));
    const pattern = fc
      .tuple(fc.array(sequence, { minLength: 1, maxLength: 2 }), fc.boolean())
      .map(([alternatives, isFolding]) => [alternatives.join('|'), isFolding] as const);
    const value = fc.array(fc.constantFrom('ab', 'AB', 'c', 'C', '1', '.', 'x', 'bb'), { maxLength: 6 });
    fc.assert(
      fc.property(pattern, value, ([source, isFolding], parts) => {
        const text = parts.join('');
        const texts = textsOfRegex(isFolding ? `(?i)${source}` : source);
        if (texts === undefined || !new RegExp(source, isFolding ? 'i' : '').test(text)) return;
        assert.ok(
          texts.some((each) => text.toLowerCase().includes(each)),
          `${source} in ${text}: ${texts.join()}`,
        );
      }),
      { numRuns: 5000 },
    );
  });
});
