import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { z } from 'zod';
import type { Damage } from '../../src/data/evtx/chunk.ts';
import { convertEvtx } from '../../src/data/evtx/convertEvtx.ts';

/** A published log; it stands beside a checkout of the project. */
const sample = join(
  import.meta.dirname,
  '../../../shared/datasets/evtx/eas-discovery_sysmon_3_Invoke_UserHunter_SourceMachine.evtx',
);
const wholeRecords = 9;

/** Converts the bytes, which come in blocks of that size. */
async function convert(bytes: Uint8Array, blockBytes: number) {
  const damages: Damage[] = [];
  let rows = '';
  const summary = await convertEvtx(blocksOf(bytes, blockBytes), {
    rows: (some) => void (rows += Buffer.from(some).toString()),
    damage: (damage) => void damages.push(damage),
  });
  const lines = rows.split('\n').filter((line) => line !== '');
  for (const line of lines) z.record(z.string(), z.unknown()).parse(JSON.parse(line));
  return { summary, damages, rows: lines.length };
}

// eslint-disable-next-line @typescript-eslint/require-await
async function* blocksOf(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('Damaged Windows event logs', () => {
  let log: Buffer;
  before(async function () {
    if (existsSync(sample)) log = await readFile(sample);
    else {
      console.log(`      skipped: the published event logs are not at ${sample}`);
      this.skip();
    }
  });

  const blockBytes = fc.integer({ min: 1000, max: 100_000 });

  it('give whole rows wherever the file is cut', async () => {
    const property = fc.asyncProperty(fc.nat({ max: log.length }), blockBytes, async (length, block) => {
      const { summary, rows } = await convert(log.subarray(0, length), block);
      assert.equal(rows, summary?.records ?? 0);
      assert.ok(rows <= wholeRecords);
    });
    await fc.assert(property, { seed: 4, numRuns: 60 });
  });

  it('give whole rows whatever bytes are damaged, and the place of what was skipped', async () => {
    const damage = fc.array(fc.tuple(fc.nat({ max: log.length - 1 }), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 40,
    });
    const property = fc.asyncProperty(damage, blockBytes, async (changes, block) => {
      const bytes = Buffer.from(log);
      for (const [at, by] of changes) bytes[at] = (bytes[at] ?? 0) ^ by;
      const { summary, rows, damages } = await convert(bytes, block);
      assert.equal(rows, summary?.records ?? 0);
      assert.equal(damages.length, summary?.damages ?? 0);
      for (const { offset, reason } of damages) {
        assert.ok(offset >= 0 && offset < bytes.length, reason);
        assert.ok(reason.includes(`byte ${offset}`), reason);
      }
      assert.ok(rows === wholeRecords || damages.length > 0 || summary === undefined);
    });
    await fc.assert(property, { seed: 5, numRuns: 100 });
  });

  it('give whole rows where a stretch is overwritten, zeroed or taken out', async () => {
    const stretch = fc.tuple(
      fc.nat({ max: log.length - 1 }),
      fc.integer({ min: 1, max: 5000 }),
      fc.constantFrom('zeros', 'ones', 'out'),
    );
    const property = fc.asyncProperty(stretch, blockBytes, async ([start, length, how], block) => {
      const bytes =
        how === 'out'
          ? Buffer.concat([log.subarray(0, start), log.subarray(start + length)])
          : Buffer.from(log).fill(how === 'zeros' ? 0 : 0xff, start, Math.min(log.length, start + length));
      const { summary, rows } = await convert(bytes, block);
      assert.equal(rows, summary?.records ?? 0);
    });
    await fc.assert(property, { seed: 6, numRuns: 60 });
  });
});
