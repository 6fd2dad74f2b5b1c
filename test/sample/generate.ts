/** Writes the sample logs of the port-scan hunt: the same bytes on every run. Usage: `npm run sample`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { writeBackground } from './background.ts';
import { writeIncident, writeLicensedScanner } from './incident.ts';
import { Log } from './log.ts';
import { seededRandom } from './random.ts';

/** The day's tables as compressed CSV files; `seed` changes the background, never the story. */
export function sampleFiles(seed = 20_250_507): ReturnType<Log['files']> {
  const random = seededRandom(seed);
  const log = new Log(random);
  writeBackground(log, random);
  writeLicensedScanner(log, random);
  writeIncident(log, random);
  return log.files();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = new URL('../../media/samples/port-scan/logs/', import.meta.url);
  await mkdir(folder, { recursive: true });
  for (const { name, rows, content } of sampleFiles()) {
    await writeFile(new URL(`${name}.csv.gz`, folder), content);
    console.log(`${name}: ${rows} rows, ${content.length} bytes`);
  }
}
