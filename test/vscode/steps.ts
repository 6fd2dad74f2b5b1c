/** Every detection step on the sample's logs: rows and drawings in VS Code, and the files that they write. */
import assert from 'node:assert/strict';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { z } from 'zod';
import { resultMime } from '../../src/extension/contributions.ts';
import {
  closeAllEditors,
  codeCells,
  extensionPath,
  Folder,
  openNotebook,
  outputTexts,
  runAll,
} from './support/notebooks.ts';
import { click, needsPageBridge, texts } from './support/pageBridge.ts';

const step = (text: string): string => `\`\`\`hunt\n${text}\n\`\`\`\n`;
const sigma = (text: string): string => `\`\`\`sigma\n${text}\n\`\`\`\n`;

const sigmaRule = [
  'title: PowerShell started',
  'name: powershell_started',
  'logsource: { category: process_creation, product: windows }',
  'detection:',
  "  selection: { Image|endswith: '\\powershell.exe' }",
  '  condition: selection',
  'level: low',
  'tags: [attack.execution, attack.t1059.001]',
].join('\n');
const correlation = [
  'title: Many PowerShells on one device',
  'correlation:',
  '  type: event_count',
  '  rules: [powershell_started]',
  '  group-by: [DeviceName]',
  '  timespan: 1h',
  '  condition: { gte: 5 }',
  'level: medium',
].join('\n');

/** Each step by the word that its cell begins with, and what its result is drawn as besides the table. */
const cells: readonly { readonly text: string; readonly drawn?: 'matrix' | 'tree' | 'chart' }[] = [
  { text: 'find-scans: { in: DeviceNetworkEvents, window: 10m, exclude: [10.0.0.42] }\nas: Scans' },
  { text: 'find-scans: { in: DeviceNetworkEvents, explain: 10.0.0.5 }', drawn: 'chart' },
  { text: 'find-beacons: { in: DeviceNetworkEvents, minimum: 0 }\nas: Beacons' },
  { text: 'correlate-processes: { with: Scans, within: 10m }\nas: Suspects' },
  { text: 'process-tree: { of: Suspects, rank: 1, events: 2 }\nas: Tree', drawn: 'tree' },
  { text: 'privileged-scripts: { in: DeviceProcessEvents }\nas: Scripts' },
  {
    text: 'baseline: { item: FileName, learn: { from: 2025-05-07, to: 2025-05-07T12:00:00Z }, hunt: { from: 2025-05-07T12:00:00Z, to: 2025-05-08 } }',
  },
  { text: 'match-indicators: { indicators: ["203[.]0[.]113[.]66"], in: [DeviceNetworkEvents] }' },
  {
    text: [
      'tune-alert:',
      '  query: |',
      '    DeviceNetworkEvents',
      '    | where ActionType == "ConnectionFailed"',
      '    | summarize Ports = dcount(RemotePort), Timestamp = min(Timestamp) by DeviceName, bin(Timestamp, 10m)',
      '  threshold: Ports',
      '  known: Scans',
      '  export:',
      '    - { kind: sentinel, file: exported/scan.yaml, threshold: 30, name: Port scan, techniques: [T1046] }',
      '    - { kind: defender, file: exported/scan.json, threshold: 30, name: Port scan, techniques: [T1046] }',
    ].join('\n'),
    drawn: 'chart',
  },
  { text: 'timeline: { from: [Scans, Suspects] }' },
  { text: 'detect: { rules: rules }\nas: Detections', drawn: 'matrix' },
  { text: 'map-ttps: { from: [Scans, Suspects, Detections] }\nas: Techniques', drawn: 'matrix' },
];

const shownResult = z.object({
  rowCount: z.number(),
  render: z.object({ kind: z.string() }).optional(),
  drawing: z.object({ kind: z.string() }).optional(),
});

const layer = z.object({
  name: z.string(),
  versions: z.object({ layer: z.literal('4.5') }),
  domain: z.literal('enterprise-attack'),
  techniques: z.array(z.object({ techniqueID: z.string().regex(/^T\d{4}(\.\d{3})?$/) })).min(1),
});

function resultOf(cell: vscode.NotebookCell): z.infer<typeof shownResult> {
  const [json] = outputTexts(cell, resultMime);
  assert.ok(json !== undefined, `no result: ${cell.document.getText()}`);
  return shownResult.parse(JSON.parse(json));
}

export function stepSuite(): void {
  describe('every detection step', () => {
    let folder: Folder;
    let notebook: vscode.NotebookDocument;
    before(async () => {
      const load = ['DeviceNetworkEvents', 'DeviceProcessEvents', 'DeviceFileEvents']
        .map((table) => `\n  ${table}: logs/${table}.csv.gz`)
        .join('');
      folder = await Folder.with({
        'a.hunt.md': [
          '# Every step\n',
          step(`load:${load}`),
          ...cells.map(({ text }) => step(text)),
          sigma(`${sigmaRule}\n---\n${correlation}`),
        ].join('\n'),
      });
      await cp(join(extensionPath(), 'media/samples/port-scan/logs'), folder.file('logs'), {
        recursive: true,
      });
      await mkdir(folder.file('exported'));
      await mkdir(folder.file('rules'));
      await writeFile(folder.file('rules/powershell.yml'), sigmaRule);
      notebook = await openNotebook(folder.file('a.hunt.md'));
      await runAll(notebook);
    });
    after(async () => {
      await closeAllEditors();
      await folder.remove();
    });

    const cellOf = (text: string): vscode.NotebookCell => {
      const found = codeCells(notebook, 'hunt').find(({ document }) => document.getText() === text);
      assert.ok(found, text);
      return found;
    };
    const exported = async (format: 'md' | 'html' | 'navigator'): Promise<string> => {
      // What was exported before is open now, and the command is about the notebook in front.
      await openNotebook(folder.file('a.hunt.md'));
      const target = vscode.Uri.file(folder.file(`report.${format}`));
      await vscode.commands.executeCommand('hunt.exportReport', { format, target });
      return readFile(target.fsPath, 'utf8');
    };

    for (const { text, drawn } of cells) {
      const [verb = ''] = text.split(':');
      it(`${verb} shows rows${drawn === undefined ? '' : ` and is drawn as ${drawn}`}`, () => {
        const cell = cellOf(text);
        assert.equal(
          cell.executionSummary?.success,
          true,
          outputTexts(cell, 'application/vnd.code.notebook.error').join('\n'),
        );
        const { rowCount, render, drawing } = resultOf(cell);
        assert.ok(rowCount > 0);
        if (drawn === 'chart') assert.ok(render);
        else assert.equal(drawing?.kind, drawn);
      });
    }

    it('shows the rows of a Sigma rule and of a correlation', () => {
      const [cell] = codeCells(notebook, 'sigma');
      assert.ok(cell?.executionSummary?.success);
      assert.match(outputTexts(cell, 'text/plain').join(), /windows-target-1/);
    });

    it('draws the process tree and the matrix where the hunter asks for them', async function () {
      needsPageBridge(this);
      for (const [cellText, view, shown] of [
        ['process-tree', 'tree', /powershell\.exe/],
        ['map-ttps', 'matrix', /T1046/],
      ] as const) {
        const cell = codeCells(notebook, 'hunt').find(({ document }) =>
          document.getText().startsWith(cellText),
        );
        assert.ok(cell);
        vscode.window.activeNotebookEditor?.revealRange(
          new vscode.NotebookRange(cell.index, cell.index + 1),
          vscode.NotebookEditorRevealType.AtTop,
        );
        await click(`.hunt-tab[data-view=${view}]`);
        assert.match((await texts(view === 'tree' ? '.hunt-tree' : '.hunt-matrix')).join(), shown);
      }
    });

    it('writes the tuned detection as rules', async () => {
      assert.match(await readFile(folder.file('exported/scan.yaml'), 'utf8'), /^name: Port scan$/m);
      const defender = z
        .object({ displayName: z.string() })
        .parse(JSON.parse(await readFile(folder.file('exported/scan.json'), 'utf8')));
      assert.equal(defender.displayName, 'Port scan');
    });

    it('exports a layer that the ATT&CK Navigator opens', async () => {
      const { techniques } = layer.parse(JSON.parse(await exported('navigator')));
      assert.ok(techniques.some(({ techniqueID }) => techniqueID === 'T1046'));
    });

    it('exports a report of all of it', async () => {
      const html = await exported('html');
      for (const expected of ['portscan.ps1', 'T1046', 'class="matrix"', 'Many PowerShells on one device'])
        assert.ok(html.includes(expected), `the report lacks ${expected}`);
      assert.match(await exported('md'), /portscan\.ps1/);
    });
  });
}
