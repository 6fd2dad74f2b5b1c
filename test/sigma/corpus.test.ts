import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { loadTable } from '../../src/data/loadTable.ts';
import { openLocalEngine } from '../../src/engine/local/openLocalEngine.ts';
import type { LocalEngine } from '../../src/engine/local/localEngine.ts';
import { collectRules, compileCollection, type RuleText } from '../../src/sigma/ruleCollection.ts';
import { scanQuery } from '../../src/sigma/scanQuery.ts';

const corpus = join(import.meta.dirname, '../../../shared/conformance/sigma');
const logs = join(import.meta.dirname, '../../../shared/datasets/evtx');

const ruleLine = z.object({ path: z.string(), yaml: z.string() });
const attribute = (name: string) => z.object({ '#attributes': z.object({ [name]: z.string() }) });
const testLine = z.object({
  ruleId: z.string(),
  events: z.array(
    z.object({
      Event: z.object({
        System: z.looseObject({
          EventID: z.union([z.number(), z.looseObject({ '#text': z.number() })]),
          Channel: z.string(),
          Computer: z.coerce.string(),
          Provider: attribute('Name'),
          TimeCreated: attribute('SystemTime'),
        }),
        EventData: z.record(z.string(), z.unknown()).nullish(),
      }),
    }),
  ),
});

function linesOf<T extends z.ZodType>(file: string, schema: T): z.infer<T>[] {
  const text = readFileSync(join(corpus, file), 'utf8').trim();
  return text.split('\n').map((line) => schema.parse(JSON.parse(line)));
}

/** Of 1,889 published rules all compile today; fewer than this share is a step back. */
const leastShare = 0.98;

describe('published Sigma rules', function () {
  let engine: LocalEngine;
  let folder: string;
  before(async function () {
    if (!existsSync(corpus)) {
      console.log('      skipped: the published rules (../shared/conformance/sigma) are not here');
      this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), 'hunt-sigma-'));
    engine = await openLocalEngine({ folder: join(folder, 'engine') });
  });
  after(async () => {
    if (!existsSync(corpus)) return;
    await engine.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const texts = (): RuleText[] =>
    linesOf('sigma-rules.jsonl', ruleLine).map(({ path, yaml }) => ({ file: path, text: yaml }));

  async function idsFound(rules: readonly RuleText[]): Promise<ReadonlySet<unknown>> {
    const collected = await collectRules(rules, {});
    const { scanned } = compileCollection(collected, engine.schema(), {});
    const outcome = await engine.query(`${scanQuery(scanned)} | distinct RuleId`);
    if (!outcome.ok) throw new Error(outcome.errors[0]?.message);
    const page = await outcome.results.at(-1)?.table.page({ offset: 0, limit: 5000 });
    return new Set(page?.rows.map(([id]) => id));
  }

  it('compile, for the tables that their log sources have', async () => {
    const all = texts().filter((_text, index) => index % 4 === 0);
    const collected = await collectRules(all, {});
    const { refused } = compileCollection(collected, { tables: [] }, {});
    assert.ok((collected.rules.length - refused.length) / all.length >= leastShare);
  });

  it('fire on the event logs that hold those events', async function () {
    if (!existsSync(logs)) {
      console.log(`      skipped: the published event logs are not at ${logs}`);
      this.skip();
    }
    const ids = [
      '1cf465a1-2609-4c15-9b66-c32dbe4bfd67',
      '2b140a5c-dc02-4bb8-b6b1-8bdb45714cde',
      '7124aebe-4cd7-4ccb-8df0-6d6b93c96795',
    ];
    const paths = ids.map((id) => join(logs, `sigma-${id}.evtx`)).filter((path) => existsSync(path));
    await loadTable(engine, { table: 'Logs', paths, folder, allowPath: () => Promise.resolve(true) });
    const found = await idsFound(texts().filter(({ text }) => ids.some((id) => text.includes(id))));
    assert.deepEqual(
      ids.filter((id) => !found.has(id)),
      [],
    );
  });

  it('fire on the events that they are published for', async () => {
    const tests = linesOf('sigma-regression.jsonl', testLine);
    const events = tests.flatMap((test) =>
      test.events.map(({ Event: { System, EventData } }) => ({
        TimeCreated: System.TimeCreated['#attributes']['SystemTime'],
        Computer: System.Computer,
        Channel: System.Channel,
        Provider: System.Provider['#attributes']['Name'],
        EventID: typeof System.EventID === 'number' ? System.EventID : System.EventID['#text'],
        EventData: EventData ?? {},
      })),
    );
    await writeFile(join(folder, 'Events.ndjson'), events.map((event) => JSON.stringify(event)).join('\n'));
    await loadTable(engine, { paths: ['Events.ndjson'], folder, allowPath: () => Promise.resolve(false) });
    const wanted = new Set(tests.map(({ ruleId }) => ruleId));
    const found = await idsFound(
      texts().filter(({ text }) => wanted.has(/^id: (\S+)/m.exec(text)?.[1] ?? '')),
    );
    assert.deepEqual(
      [...wanted].filter((id) => !found.has(id)),
      [],
    );
  });
});
