/** A notebook on logs of two kinds and on a server in another process. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as vscode from 'vscode';
import { z } from 'zod';
import {
  closeAllEditors,
  codeCell,
  codeCells,
  extensionPath,
  Folder,
  openNotebook,
  outputTexts,
  runAll,
} from './support/notebooks.ts';
import { answerMessages, type Asked } from './support/stub.ts';
import { waitFor } from './support/waitFor.ts';

const announced = z.object({ url: z.string(), databases: z.array(z.string()), token: z.string() });

/** Starts `hunt serve` over the folder, as a hunter does in a terminal. */
async function serve(folder: string): Promise<{ process: ChildProcess } & z.infer<typeof announced>> {
  const cli = join(extensionPath(), 'out', 'cli.cjs');
  const child = spawn(process.execPath, [cli, 'serve', folder, '--json'], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', HUNT_SERVE_TOKEN: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    return { process: child, ...announced.parse(JSON.parse(line)) };
  }
  throw new Error(`hunt serve ended with ${child.exitCode}`);
}

export function remoteSuite(): void {
  describe('a notebook on a remote engine', () => {
    let folder: Folder;
    let served: Folder;
    let server: Awaited<ReturnType<typeof serve>>;
    let asked: Asked;

    const open = async (...cells: readonly string[]): Promise<vscode.NotebookDocument> => {
      const connect = `\`\`\`hunt\nconnect: { to: kusto, cluster: "${server.url}", database: "${server.databases[0]}" }\n\`\`\``;
      folder = await Folder.with({ 'a.hunt.md': [connect, ...cells].join('\n\n') });
      return openNotebook(folder.file('a.hunt.md'));
    };
    const kql = (text: string): string => `\`\`\`kql\n${text}\n\`\`\``;
    const textOf = (cell: vscode.NotebookCell): string => outputTexts(cell, 'text/plain').join('\n');

    before(async () => {
      served = await Folder.with({
        'Owners.csv': 'Ip,Owner\n10.0.2.18,Alice\n192.168.2.154,Bob\n10.9.9.9,Carol\n',
      });
      server = await serve(served.path);
      process.env.HUNT_SERVE_TOKEN = server.token;
    });
    beforeEach(() => (asked = answerMessages('showWarningMessage', 'Allow')));
    afterEach(async () => {
      asked.restore();
      await closeAllEditors();
      await folder.remove();
    });
    after(async () => {
      delete process.env.HUNT_SERVE_TOKEN;
      server.process.kill();
      await served.remove();
    });

    it('joins a Windows event log, a Zeek log and a table of the server in one cell', async function () {
      const datasets = join(extensionPath(), '..', 'shared', 'datasets');
      if (!existsSync(datasets)) {
        console.log('Skipped: the recorded logs in ../shared/datasets are not there.');
        this.skip();
      }
      const notebook = await open(
        kql('Owners | where Ip != "10.9.9.9" | as KnownOwners'),
        '```hunt\nconnect: local\n```',
        '```hunt\nload:\n  Events: psexec.evtx\n  Conn: portscan.jsonl\n```',
        kql(
          [
            'Events',
            '| where EventID == 3',
            '| summarize Rows = count() by Ip = tostring(EventData.SourceIp), Log = "Sysmon"',
            '| union (Conn | summarize Rows = count() by Ip = tostring(column_ifexists("id.orig_h", "")), Log = "Zeek")',
            '| join kind=inner KnownOwners on Ip',
            '| project Owner, Log, Ip, Rows',
            '| sort by Owner asc',
          ].join('\n'),
        ),
      );
      await copyFile(
        join(datasets, 'evtx', 'eas-LM_sysmon_psexec_smb_meterpreter.evtx'),
        folder.file('psexec.evtx'),
      );
      await copyFile(join(datasets, 'zeek', 'simplescan_portscan_conn.jsonl'), folder.file('portscan.jsonl'));
      await runAll(notebook);
      const remote = codeCell(notebook, 'kql');
      assert.match(textOf(remote), /Alice/);
      assert.match(
        textOf(codeCell(notebook, 'kql', 1)),
        /Alice +Sysmon +10\.0\.2\.18 +2[\s\S]*Bob +Zeek +192\.168\.2\.154 +10/,
      );
      assert.equal(asked.messages.length, 1, 'each host is asked for once');
      assert.ok(asked.messages[0]?.includes(server.url), asked.messages[0]);
      assert.ok(!JSON.stringify(notebook.getCells().map(({ outputs }) => outputs)).includes(server.token));
    });

    it('does not talk to a server that the hunter refuses', async () => {
      asked.restore();
      asked = answerMessages('showWarningMessage');
      const notebook = await open(kql('Owners'));
      await runAll(notebook);
      assert.equal(codeCell(notebook, 'hunt').executionSummary?.success, false);
      assert.equal(codeCell(notebook, 'kql').outputs.length, 0);
    });

    it('offers the columns of the server, and finds errors by them', async () => {
      const notebook = await open(kql('Owners | where Owner == "Bob"'), kql('Owners | where Ownr == "Bob"'));
      await runAll(notebook);
      assert.match(textOf(codeCell(notebook, 'kql')), /192\.168\.2\.154/);
      const { document } = codeCell(notebook, 'kql', 1);
      const [error] = await waitFor('the error', () => {
        const shown = vscode.languages.getDiagnostics(document.uri);
        return shown.length > 0 ? shown : undefined;
      });
      assert.equal(error && document.getText(error.range), 'Ownr');
    });

    it('compares the rows of a cell here and there', async () => {
      const notebook = await open('```hunt\nload:\n  Owners: Owners.csv\n```', kql('Owners | project Owner'));
      await copyFile(served.file('Owners.csv'), folder.file('Owners.csv'));
      const extra = new TextEncoder().encode(
        'Ip,Owner\n10.0.2.18,Alice\n192.168.2.154,Bob\n1.1.1.1,Mallory\n',
      );
      await vscode.workspace.fs.writeFile(vscode.Uri.file(folder.file('Owners.csv')), extra);
      await runAll(notebook);
      const [cell] = codeCells(notebook, 'kql');
      assert.ok(cell);
      await vscode.commands.executeCommand('hunt.compareEngines', cell);
      const difference = await waitFor('the difference', () => {
        const shown = outputTexts(cell, 'text/plain');
        return shown.length > 1 ? shown.at(-1) : undefined;
      });
      assert.match(difference, /local +1 +Mallory/);
      assert.match(difference, /remote +1 +Carol/);
      assert.doesNotMatch(difference, /Alice/);
    });
  });

  describe('a Sigma cell', () => {
    let folder: Folder;
    afterEach(async () => {
      await closeAllEditors();
      await folder.remove();
    });

    it('shows the rows that its rule matches', async () => {
      const rule = [
        'title: Whoami',
        'status: test',
        'level: high',
        'tags: [attack.discovery, attack.t1033]',
        'logsource: { category: process_creation, product: windows }',
        'detection:',
        '  selection:',
        "    Image|endswith: '\\whoami.exe'",
        '  condition: selection',
      ].join('\n');
      folder = await Folder.with({
        'DeviceProcessEvents.csv':
          'Timestamp,DeviceName,FileName,FolderPath,ProcessCommandLine\n' +
          '2025-05-07T12:00:00Z,pc1,whoami.exe,C:\\Windows\\System32\\whoami.exe,whoami /all\n' +
          '2025-05-07T12:01:00Z,pc1,notepad.exe,C:\\Windows\\notepad.exe,notepad\n',
        'a.hunt.md': `\`\`\`hunt\nload: DeviceProcessEvents.csv\n\`\`\`\n\n\`\`\`sigma\n${rule}\n\`\`\`\n`,
      });
      const notebook = await openNotebook(folder.file('a.hunt.md'));
      await runAll(notebook);
      const shown = outputTexts(codeCell(notebook, 'sigma'), 'text/plain').join();
      assert.match(shown, /whoami \/all/);
      assert.doesNotMatch(shown, /notepad/);
    });
  });
}
