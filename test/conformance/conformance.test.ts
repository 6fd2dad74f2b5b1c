/** The recorded results of the corpus: no family of cases may agree less than the baseline says. */
import assert from 'node:assert/strict';
import { readBaseline, regressions, tallies } from './baseline.ts';
import { corpusFolder, hasCorpus } from './corpus.ts';
import { explained, explanationsOf } from './explained.ts';
import { measure, sources } from './measure.ts';
import type { Verdict } from './measure.ts';

describe('conformance', function () {
  this.timeout(600_000);
  const baseline = readBaseline();
  const all: Verdict[] = [];

  before(function () {
    if (hasCorpus()) return;
    console.log(`    conformance is not measured: there is no corpus at ${corpusFolder}`);
    this.skip();
  });

  for (const { file } of sources) {
    it(`${file} agrees at least as often as before`, async () => {
      const verdicts = await measure(file);
      all.push(...verdicts);
      assert.deepEqual(regressions(baseline[file] ?? {}, tallies(verdicts)), []);
    });
  }

  it('has an explanation only for cases that are there and differ', () => {
    const ids = new Set(all.map(({ testCase }) => testCase.id));
    const { needless } = explanationsOf(all);
    const unknown = [...explained.keys()].filter((id) => !ids.has(id));
    assert.deepEqual({ needless, unknown }, { needless: [], unknown: [] });
  });
});
