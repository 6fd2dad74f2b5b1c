import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSession, type Opened } from './sessionFixture.ts';

const rule = `title: Shell
logsource: { product: windows, category: process_creation }
detection: { s: { CommandLine|contains: nowhere }, condition: s }
`;
const correlation = `title: Shells
correlation: { type: event_count, rules: [shell], group-by: [CommandLine], timespan: 1h, condition: { gte: 2 } }
---
name: shell
${rule}`;

describe('steps that find nothing', () => {
  let opened: Opened;
  before(async () => {
    opened = await openSession();
    await writeFile(join(opened.folder, 'rule.yml'), rule);
    await writeFile(join(opened.folder, 'shells.yml'), correlation);
    await opened.run(
      'kql',
      `range Day from 1 to 10 step 1
| project Timestamp = datetime(2024-05-01) + Day * 1d, DeviceName = iff(Day % 2 == 0, "a", "b"), FileName = "svc.exe",
    ProcessCommandLine = iff(Day == 1, "", "svc.exe -k"), AccountName = "ann", Score = long(null)
| as DeviceProcessEvents`,
    );
    await opened.run('kql', 'DeviceProcessEvents | where false | as Nothing');
    await opened.run('kql', 'DeviceProcessEvents | extend Timestamp = datetime(null) | as Timeless');
    await opened.run('kql', 'DeviceProcessEvents | extend ProcessCommandLine = "" | as Mute');
  });
  after(() => opened.close());

  const span = '2024-05-02 00:00:00 UTC to 2024-05-11 00:00:00 UTC';
  const cases: readonly (readonly [step: string, cell: string, tells: RegExp])[] = [
    [
      'baseline',
      'baseline:\n  in: DeviceProcessEvents\n  rare: 0',
      new RegExp(
        `found nothing\\. Looked at 10 rows of \`DeviceProcessEvents\`, 2 of them in the period of the hunt, 2 devices, ${span}; none of FileName is ever empty\\.`,
      ),
    ],
    [
      'timeline of rows without a time',
      'timeline:\n  from: [Nothing, Timeless]',
      /found nothing\. `Nothing` has no rows, so it cannot answer the question\. Looked at 10 rows of `Timeless`, .*cannot answer the question: Timestamp is empty in every row\./,
    ],
    [
      'match-indicators',
      'match-indicators:\n  indicators: evil.example\n  in: [DeviceProcessEvents]',
      new RegExp(
        `found nothing\\. Looked at 10 rows of \`DeviceProcessEvents\`, 2 devices, ${span}; ProcessCommandLine is empty in 10 % of the rows\\.`,
      ),
    ],
    [
      'match-indicators in a column that is never filled',
      'match-indicators:\n  indicators: evil.example\n  in: [Mute]\n  columns: [ProcessCommandLine]',
      /cannot answer the question: the column that could tell is empty in every row\./,
    ],
    [
      'tune-alert',
      'tune-alert:\n  of: DeviceProcessEvents',
      /found nothing\. Looked at 10 rows of `DeviceProcessEvents`, .*cannot answer the question: Score is empty in every row\./,
    ],
    [
      'map-ttps',
      'map-ttps:\n  from: DeviceProcessEvents',
      /found nothing\. Looked at 10 rows of `DeviceProcessEvents`, 2 devices, .*ProcessCommandLine is empty in 10 % of the rows/,
    ],
    [
      'detect',
      'detect:\n  rules: rule.yml',
      /found nothing\. Looked at 10 rows of `DeviceProcessEvents`, all of them of the log sources of 1 rule, 2 devices, .*ProcessCommandLine is empty in 10 % of the rows/,
    ],
    [
      'detect with a correlation',
      'detect:\n  rules: [rule.yml, shells.yml]',
      /found nothing\. Looked at 10 rows of `DeviceProcessEvents`, all of them of the log sources of 2 rules/,
    ],
    [
      'correlate-processes of another time',
      'correlate-processes:\n  with: Later\n  network: null',
      /found nothing\. .*10 of|cannot answer the question: no process started within 10m of the time/,
    ],
  ];
  for (const [step, cell, tells] of cases) {
    it(`say what they looked at: ${step}`, async () => {
      if (cell.includes('Later'))
        await opened.run('kql', 'print DeviceName = "a", Timestamp = datetime(2025-01-01) | as Later');
      const outcome = await opened.run('hunt', cell);
      if (outcome.status !== 'ok') throw new Error(JSON.stringify(outcome));
      assert.match(outcome.notices.join('\n'), tells);
    });
  }
});
