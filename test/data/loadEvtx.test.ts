import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { arrayElements } from '../../src/data/jsonElements.ts';
import type { Progress } from '../../src/data/progress.ts';
import { openWorkspace, type Workspace } from './logs.ts';

/** Published event logs with their events in JSON; they stand beside a checkout of the project. */
const samples = join(import.meta.dirname, '../../../shared/datasets/evtx');
const sample = 'eas-discovery_sysmon_3_Invoke_UserHunter_SourceMachine.evtx';

const expectedEvent = z.object({
  Event: z.object({
    System: z.object({
      EventID: z.number(),
      EventRecordID: z.number(),
      Channel: z.string(),
      Computer: z.string(),
    }),
    EventData: z.record(z.string(), z.unknown()),
  }),
});

/** The bytes as two zstd frames of raw blocks (RFC 8878), since Node 20 packs no zstd. */
function zstdFrames(bytes: Buffer): Buffer {
  const frame = (part: Buffer): Buffer[] => {
    const blockBytes = 50_000;
    const blocks: Buffer[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58])];
    for (let at = 0; at < part.length; at += blockBytes) {
      const block = part.subarray(at, at + blockBytes);
      const header = Buffer.alloc(3);
      header.writeUIntLE((block.length << 3) | (at + blockBytes >= part.length ? 1 : 0), 0, 3);
      blocks.push(header, block);
    }
    return blocks;
  };
  const half = bytes.length >> 1;
  return Buffer.concat([...frame(bytes.subarray(0, half)), ...frame(bytes.subarray(half))]);
}

describe('Windows event logs', () => {
  let logs: Workspace;
  before(async () => {
    logs = await openWorkspace();
  });
  after(() => logs.close());

  it('refuses a file that holds no event log', async () => {
    await logs.write('program.evtx', Buffer.alloc(70_000, 7));
    await assert.rejects(logs.load('program.evtx'), {
      code: 'unreadable-file',
      message: /neither its header/,
    });
  });

  describe('of the samples', () => {
    before(function () {
      if (existsSync(samples)) return;
      console.log(`      skipped: the published event logs are not at ${samples}`);
      this.skip();
    });

    it('reads every event as its source shows it', async () => {
      for (const name of await readdir(samples)) {
        if (!name.endsWith('.expected.json')) continue;
        const log = name.replace('.expected.json', '.evtx');
        await logs.write(log, await readFile(join(samples, log)));
        const loaded = await logs.load(log, { table: 'Events' });
        const expected = await expectedEvents(join(samples, name));
        assert.deepEqual([loaded.rows, loaded.rejects.count], [expected.length, 0], name);
        const rows = await logs.rows(
          'SELECT EventID, RecordId, Channel, Computer, EventData::VARCHAR FROM Events ORDER BY RecordId',
        );
        const shown = rows.map((row) => [...row.slice(0, 4), trimmed(JSON.parse(String(row[4])))]);
        const wanted = expected.map(({ Event: { System: s, EventData } }) => [
          s.EventID,
          s.EventRecordID,
          s.Channel,
          s.Computer,
          trimmed(EventData),
        ]);
        assert.deepEqual(shown, wanted, name);
      }
    });

    it('reads a packed log', async () => {
      await logs.write('packed.evtx.gz', gzipSync(await readFile(join(samples, sample))));
      assert.equal((await logs.load('packed.evtx.gz')).rows, 9);
    });

    it('reads one that is packed as zstd', async () => {
      const log = await readFile(join(samples, sample));
      await logs.write('packed.evtx.zst', zstdFrames(log));
      const { rows, rejects } = await logs.load('packed.evtx.zst', { table: 'Packed' });
      assert.deepEqual([rows, rejects.count], [9, 0]);
      await logs.write('cut.evtx.zst', zstdFrames(log).subarray(0, 40_000));
      await assert.rejects(logs.load('cut.evtx.zst'), { code: 'truncated-file' });
    });

    it('loses only the damaged record, and tells where it is', async () => {
      const bytes = await readFile(join(samples, sample));
      bytes.fill(0xff, 4096 + 512 + 3008, 4096 + 512 + 3008 + 40); // the second of nine records
      await logs.write('damaged.evtx', bytes);
      const loaded = await logs.load('damaged.evtx');
      assert.equal(loaded.rows, 8);
      const places = loaded.rejects.first.map(({ line }) => line);
      assert.deepEqual(places, [4096, 4096 + 512 + 3008]);
      assert.match(loaded.notices.join(), /1 damaged chunk, at byte 4096/);
    });

    it('skips a chunk that is none, and reads the next one', async () => {
      const bytes = await readFile(join(samples, sample));
      const chunk = bytes.subarray(4096);
      await logs.write('lost.evtx', Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(65_536, 1), chunk]));
      const loaded = await logs.load('lost.evtx');
      assert.deepEqual([loaded.rows, loaded.rejects.first[0]?.line], [9, 4096]);
    });

    it('reads a log of many chunks, tells how far it is, and stops when asked to', async () => {
      const bytes = await readFile(join(samples, sample));
      const chunk = bytes.subarray(4096);
      await logs.write('long.evtx', Buffer.concat([bytes, ...Array.from({ length: 400 }, () => chunk)]));
      const shares: number[] = [];
      const onProgress = ({ doneBytes, totalBytes }: Progress) => void shares.push(doneBytes / totalBytes);
      assert.equal((await logs.load('long.evtx', { onProgress })).rows, 9 * 401);
      assert.deepEqual(
        shares,
        shares.toSorted((a, b) => a - b),
      );
      assert.ok(new Set(shares).size > 3 && shares.at(-1) === 1);
      const stop = new AbortController();
      const stopped = logs.load('long.evtx', {
        table: 'Stopped',
        signal: stop.signal,
        onProgress: () => stop.abort(),
      });
      await assert.rejects(stopped, { name: 'AbortError' });
      assert.deepEqual(logs.columns('Stopped'), []);
    });

    it('reads what a file that is cut short still holds', async () => {
      const bytes = await readFile(join(samples, sample));
      await logs.write('cut.evtx', bytes.subarray(0, 4096 + 512 + 3008 + 760 + 100));
      const loaded = await logs.load('cut.evtx');
      assert.equal(loaded.rows, 2);
      assert.ok(loaded.rejects.count > 0);
    });
  });
});

async function expectedEvents(path: string) {
  const text = await readFile(path, 'utf8');
  const events = [];
  // Some hold several objects one after another.
  const list = `[${text.replace(/\}\s*\n\s*\{(?=\s*"Event")/g, '},{')}]`;
  for await (const element of arrayElements(one(list)))
    events.push(expectedEvent.parse(JSON.parse(element.text)));
  return events.sort((a, b) => a.Event.System.EventRecordID - b.Event.System.EventRecordID);
}

// eslint-disable-next-line @typescript-eslint/require-await
async function* one(text: string): AsyncIterable<string> {
  yield text;
}

/** The source cuts blanks at the ends of values. */
function trimmed(value: unknown): unknown {
  const fields = Object.entries(z.record(z.string(), z.unknown()).parse(value));
  return Object.fromEntries(
    fields.map(([key, field]) => [key, typeof field === 'string' ? field.trim() : field]),
  );
}
