import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { detectStep } from '../../src/steps/detect.ts';
import { loadStep } from '../../src/steps/load.ts';
import { mapTtpsStep } from '../../src/steps/mapTtps.ts';
import { runPrepared } from './support/preparedStep.ts';
import { openWorkbench, type Workbench } from './support/workbench.ts';

const shared = resolve('../shared');
const [corpus, datasets] = [join(shared, 'conformance/sigma/sigma-rules.jsonl'), join(shared, 'datasets')];

const ofSources =
  /^\s*(category:\s*(process_creation|network_connection|file_event|registry_\w+|image_load|ps_script)|service:\s*security)\s*$/m;
const line = z.object({ path: z.string(), yaml: z.string() });

/**
 * What matches in these logs, read event by event: recorded attacks, each by the rule that is about it. Every twelfth rule
 * of the seven log sources runs beside them, and none of those is about anything in the logs.
 */
const expected: Readonly<Record<string, number>> = {
  'Cred Dump Tools Dropped Files': 3,
  'IE Change Domain Zone': 3,
  'PowerShell Get-Process LSASS in ScriptBlock': 1,
  'Registry Disable System Restore': 4,
  'Remote PowerShell Session Host Process (WinRM)': 1,
  'Scheduled Task Deletion': 1,
  'System Control Panel Item Loaded From Uncommon Location': 1,
};

describe('published rules on recorded attacks', function () {
  let bench: Workbench;
  let folder: string;
  before(async function () {
    if (!existsSync(corpus) || !existsSync(datasets)) {
      console.log('      skipped: the published rules and recorded logs (../shared) are not here');
      this.skip();
    }
    bench = await openWorkbench();
    folder = await mkdtemp(join(tmpdir(), 'hunt-recorded-'));
    await loadStep.run(loadStep.arguments.parse({ Events: join(datasets, 'evtx/*.evtx') }), {
      engine: bench.engine,
      folder: shared,
      allowPath: () => Promise.resolve(true),
    });
    const rules = readFileSync(corpus, 'utf8')
      .split('\n')
      .filter((text) => text !== '')
      .map((text) => line.parse(JSON.parse(text)))
      .filter(({ yaml }) => ofSources.test(yaml) && /product:\s*windows/.test(yaml));
    const wanted = rules.filter(
      ({ yaml }, index) =>
        index % 12 === 0 || Object.keys(expected).some((title) => yaml.includes(`title: ${title}\n`)),
    );
    for (const [index, { yaml }] of wanted.entries()) await writeFile(join(folder, `${index}.yml`), yaml);
  });
  after(async () => {
    if (!existsSync(corpus) || !existsSync(datasets)) return;
    await bench.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  it('fire on what they are about and on nothing else, and feed map-ttps', async () => {
    const { kql } = await runPrepared(bench, detectStep, { rules: '.' }, { folder });
    await bench.query(`${kql}\n| as Detections`);
    const counts = await bench.query('Detections | summarize N = count() by RuleTitle');
    assert.deepEqual(Object.fromEntries(counts.map(({ RuleTitle, N }) => [RuleTitle, N])), expected);
    const techniques = await bench.run(mapTtpsStep, { from: 'Detections' });
    const seen = techniques.find(({ Technique }) => Technique === 'T1053.005');
    assert.deepEqual(
      [seen?.['Status'], seen?.['EvidenceRows'], seen?.['Evidence'], seen?.['LastSeen'] !== null],
      ['suspected', 1, 'Detections: Scheduled Task Deletion', true],
    );
  });
});
