import assert from 'node:assert/strict';
import { parseSigma } from '../../src/sigma/parseSigma.ts';
import { sigmaQueries } from '../../src/sigma/sigmaQuery.ts';

const rule = (detection: string): string =>
  `title: T\nlogsource: { category: process_creation, product: windows }\ndetection:\n${detection}\n`;

/** Kinds of the errors, each with the text at its place. */
function errorsIn(text: string): readonly string[] {
  return parseSigma(text).errors.map(
    ({ kind, start, length }) => `${kind}: ${text.slice(start, start + length)}`,
  );
}

describe('errors of Sigma rules', () => {
  it('stand at the word that is wrong', () => {
    assert.deepEqual(errorsIn(rule('  s: { Image|endwith: x }\n  condition: s')), [
      'unknown-modifier: endwith',
    ]);
    assert.deepEqual(errorsIn(rule('  s: { Image: x }\n  condition: s and filtr')), [
      'missing-selection: filtr',
    ]);
    assert.deepEqual(errorsIn(rule("  s: { Image: x }\n  condition: 's and (s'")), ['condition: (']);
    assert.deepEqual(errorsIn(rule('  s: { Image: x }\n  condition: s s')), ['condition: s']);
    assert.deepEqual(errorsIn(rule('  s: { Image: x }\n  condition: s | count() > 5')), ['condition: |']);
    assert.deepEqual(errorsIn(rule("  s: { Image|re: '(?=x)' }\n  condition: s")), ["regex: '(?=x)'"]);
    assert.deepEqual(errorsIn(rule("  s: { Image|re: '(x' }\n  condition: s")), ["regex: '(x'"]);
    assert.deepEqual(errorsIn(rule('  s: { Ip|cidr: 300.1.1.1/8 }\n  condition: s')), [
      'modifier: 300.1.1.1/8',
    ]);
    assert.deepEqual(errorsIn(rule('  s: { Image|base64: "a*" }\n  condition: s')), ['modifier: "a*"']);
    assert.deepEqual(errorsIn(rule('  s: { Image|i: a }\n  condition: s')), ['modifier: i']);
    assert.deepEqual(errorsIn(rule('  s: { Image: [] }\n  condition: s')), ['structure: Image']);
    assert.deepEqual(errorsIn(rule('  s: { Image: x }')), ['structure: s: { Image: x }']);
  });

  it('tell keys that stand twice, and aliases without an anchor', () => {
    assert.deepEqual(errorsIn(rule('  s: { Image: x }\n  s: { Image: y }\n  condition: s')), ['yaml: s']);
    assert.deepEqual(errorsIn(rule('  s: *nothing\n  condition: s')), ['yaml: *nothing']);
  });

  it('are all told at once, and one document does not hide the others', () => {
    const text = `${rule('  s: { A|x: 1, B: 2 }\n  t: { C|y: 1 }\n  condition: s or u')}---\n${rule('  s: { A: 1 }\n  condition: s')}`;
    assert.deepEqual(errorsIn(text), ['unknown-modifier: x', 'unknown-modifier: y', 'missing-selection: u']);
    assert.equal(parseSigma(text).documents.length, 1);
  });

  it('follow anchors and merge keys', () => {
    const text = rule('  base: &base { Image: x }\n  s: { <<: *base, CommandLine: y }\n  condition: s');
    assert.deepEqual(errorsIn(text), []);
  });

  it('stop aliases that expand without end', () => {
    const levels = Array.from(
      { length: 9 },
      (_each, index) => `  l${index + 1}: &l${index + 1} [${`*l${index}, `.repeat(9)}]`,
    );
    assert.deepEqual(
      parseSigma(rule(`  l0: &l0 [${'x, '.repeat(9)}]\n${levels.join('\n')}\n  condition: l9`)).errors.map(
        ({ kind }) => kind,
      ),
      ['yaml'],
    );
  });

  it('say which field a table lacks instead of matching nothing', () => {
    const columns = [{ name: 'FolderPath', type: 'string' as const }];
    const schema = { tables: [{ name: 'DeviceProcessEvents', columns }] };
    const text = rule('  s: { Image: x, CurrentDirectory: y }\n  condition: s');
    const compiled = sigmaQueries(text, { schema });
    assert.ok(!compiled.ok);
    assert.deepEqual(
      compiled.errors.map(({ kind, message }) => [kind, message]),
      [['field', '`CurrentDirectory` is not in DeviceProcessEvents, so the rule cannot run on it.']],
    );
  });
});
