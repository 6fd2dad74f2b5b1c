/** The recorded results of the corpus: no file may agree less than its baseline says. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { corpusFolder, hasCorpus } from './corpus.ts';
import { measure, sources } from './measure.ts';

const baseline = JSON.parse(readFileSync(resolve(import.meta.dirname, 'baseline.json'), 'utf8')) as Record<
  string,
  number
>;

describe('conformance', function () {
  this.timeout(600_000);

  before(function () {
    if (hasCorpus()) return;
    console.log(`    conformance is not measured: there is no corpus at ${corpusFolder}`);
    this.skip();
  });

  for (const { file } of sources) {
    it(`${file} agrees at least as often as before`, async () => {
      const verdicts = await measure(file);
      const passed = verdicts.filter(({ result }) => result === 'passed').length;
      const least = baseline[file] ?? 0;
      assert(passed >= least, `${passed} of ${verdicts.length} cases agree; the baseline is ${least}`);
    });
  }
});
