/** Loads a large event log and prints its records, processor time and the peak memory of this process as JSON. */
import { existsSync } from 'node:fs';
import { mkdtemp, open, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { loadTable } from '../../../src/data/loadTable.ts';
import { openLocalEngine } from '../../../src/engine/local/openLocalEngine.ts';
import type { EventLogReport } from './loadBenchmark.ts';

/** A published log; its first chunk is filled up with its last record, and repeated. */
const sample = join(
  import.meta.dirname,
  '../../../../shared/datasets/evtx/eas-discovery_sysmon_3_Invoke_UserHunter_SourceMachine.evtx',
);
const headerBytes = 4096;
const chunkBytes = 65_536;
const logBytes = 200e6;

if (existsSync(sample)) {
  const folder = await mkdtemp(join(tmpdir(), 'hunt-bench-evtx-'));
  try {
    const path = join(folder, 'log.evtx');
    await writeLog(path);
    const engine = await openLocalEngine({ folder: join(folder, 'session') });
    const before = process.cpuUsage();
    const { rows } = await loadTable(engine, {
      table: 'Events',
      paths: [path],
      folder,
      allowPath: () => Promise.resolve(false),
    });
    const { user, system } = process.cpuUsage(before);
    const report: EventLogReport = {
      records: rows,
      megabytes: (await stat(path)).size / 1e6,
      cpuSeconds: (user + system) / 1e6,
      peakMegabytes: (process.resourceUsage().maxRSS * 1024) / 1e6,
    };
    await engine.dispose();
    console.log(JSON.stringify(report));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeLog(path: string): Promise<void> {
  const bytes = await readFile(sample);
  const chunk = filled(bytes.subarray(headerBytes, headerBytes + chunkBytes));
  const file = await open(path, 'w');
  try {
    await file.write(bytes.subarray(0, headerBytes));
    for (let length = headerBytes; length < logBytes; length += chunk.length) await file.write(chunk);
  } finally {
    await file.close();
  }
}

/** Returns the chunk with its last record repeated up to its end, as full as those of a log in use. */
function filled(chunk: Buffer): Buffer {
  const last = chunk.readUInt32LE(44);
  const record = Buffer.from(chunk.subarray(last, last + chunk.readUInt32LE(last + 4)));
  const full = Buffer.from(chunk);
  let end = chunk.readUInt32LE(48);
  for (; end + record.length <= chunkBytes; end += record.length) record.copy(full, end);
  full.writeUInt32LE(end, 48);
  full.writeUInt32LE(crc32(full.subarray(512, end)), 52);
  full.writeUInt32LE(crc32(full.subarray(128, 512), crc32(full.subarray(0, 120))), 124);
  return full;
}
