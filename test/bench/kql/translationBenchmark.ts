/** How long parsing, binding and translating take, on public hunting queries where they are at hand. */
import { performance } from 'node:perf_hooks';
import { translate } from '../../../src/kql/translate.ts';
import type { Schema } from '../../../src/kql/types.ts';
import { casesOf, hasCorpus, schemaOf } from '../../conformance/corpus.ts';
import type { Benchmark } from '../benchmark.ts';
import { benchSchema, endTicks } from '../dataset.ts';
import { quantile } from '../statistics.ts';
import { queryPairs } from './queryPairs.ts';

const targetMs = 30;
/** Enough for a median; the corpus has thousands. */
const maxQueries = 400;

export const translationBenchmark: Benchmark = {
  name: 'translation',
  about: 'parsing, binding and translating a query, warm',
  run: ({ only }) => {
    const all = texts().filter(({ name }) => name.includes(only));
    const step = Math.max(1, Math.ceil(all.length / maxQueries));
    const chosen = all.filter((_text, index) => index % step === 0);
    if (chosen.length === 0) return Promise.resolve();
    const measure = (): number[] =>
      chosen.map(({ text, schema }) => {
        const started = performance.now();
        translate({ text, schema, nowTicks: endTicks });
        return performance.now() - started;
      });
    measure();
    const times = measure();
    const [middle, high] = [quantile(times, 0.5), quantile(times, 0.95)].map((ms) => ms.toFixed(1));
    console.log(`${chosen.length} queries: median ${middle} ms (target ${targetMs}), 95 % under ${high} ms`);
    return Promise.resolve();
  },
};

function texts(): { readonly name: string; readonly text: string; readonly schema: Schema }[] {
  if (!hasCorpus()) {
    console.log("The public queries are not here; the benchmark's own are translated.");
    return queryPairs('').map(({ name, kql }) => ({ name, text: kql, schema: benchSchema }));
  }
  const [sentinel, defender] = [schemaOf('sentinel-tables.json'), schemaOf('defender-tables.json')];
  return casesOf('hunting-queries.jsonl').map(({ id, query, platform }) => ({
    name: id,
    text: query,
    schema: platform === 'sentinel' ? sentinel : defender,
  }));
}
