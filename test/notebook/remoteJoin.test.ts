/** One notebook over a Windows event log, a Zeek log and a Kusto server, run by the command line as a hunter runs it. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { hunt } from '../../src/cli/cli.ts';
import { serveTokenVariable } from '../../src/engine/remote/tokens.ts';
import { memoryIo } from '../cli/memoryIo.ts';
import { serveFiles, type ServedFolder } from '../serve/kustoClient.ts';

const eventLog = resolve(
  import.meta.dirname,
  '../../../shared/datasets/evtx/eas-discovery_sysmon_3_Invoke_UserHunter_SourceMachine.evtx',
);

const zeekLog = [
  '#separator \\x09',
  '#set_separator\t,',
  '#empty_field\t(empty)',
  '#unset_field\t-',
  '#path\tconn',
  '#fields\tts\tuid\tid.orig_h\tid.resp_h\tid.resp_p\tconn_state\torig_bytes',
  '#types\ttime\tstring\taddr\taddr\tport\tstring\tcount',
  '1557854258.250959\tC1\t10.59.4.10\t10.59.4.24\t445\tREJ\t-',
  '1557854258.250960\tC2\t10.59.4.10\t10.59.4.11\t389\tSF\t1200',
  '',
].join('\n');

const servers = 'Address,Role\n10.59.4.11,domain controller\n10.59.4.24,file server\n10.59.4.99,printer\n';

interface RunJson {
  readonly ok: boolean;
  readonly cells: readonly {
    readonly line: number;
    readonly results?: readonly { readonly rows: readonly unknown[][]; readonly engine: string }[];
  }[];
  readonly comparison?: {
    readonly results: readonly { readonly rows: readonly unknown[][] }[];
    readonly notices: readonly string[];
  };
}

describe('a notebook over local logs and a server', () => {
  let served: ServedFolder;
  let folder: string;
  const formerToken = process.env[serveTokenVariable];

  before(async () => {
    served = await serveFiles({ 'Servers.csv': servers });
    folder = await mkdtemp(join(tmpdir(), 'hunt-join-'));
    process.env[serveTokenVariable] = served.server.token;
  });
  after(async () => {
    if (formerToken === undefined) Reflect.deleteProperty(process.env, serveTokenVariable);
    else process.env[serveTokenVariable] = formerToken;
    await served.close();
    await rm(folder, { recursive: true, force: true });
  });

  const connect = () => `connect: { to: kusto, cluster: "${served.server.url}", database: logs }`;

  async function write(name: string, ...cells: readonly (readonly [string, string])[]): Promise<string> {
    const text = cells.map(([language, cell]) => `\`\`\`${language}\n${cell}\n\`\`\`\n`).join('\n');
    await writeFile(join(folder, name), text);
    return name;
  }

  async function run(...args: readonly string[]) {
    const io = memoryIo(folder);
    const code = await hunt(['run', ...args], io);
    return { code, err: io.err(), json: () => JSON.parse(io.out()) as RunJson };
  }

  it('joins an event log, a Zeek log and a remote table in one KQL cell', async function () {
    if (!existsSync(eventLog)) {
      console.log(`      skipped: ${eventLog} is not there`);
      this.skip();
    }
    await copyFile(eventLog, join(folder, 'sysmon.evtx'));
    await writeFile(join(folder, 'conn.log'), zeekLog);
    const notebook = await write(
      'join.hunt.md',
      ['hunt', 'load: { Sysmon: sysmon.evtx, Zeek: conn.log }'],
      ['hunt', connect()],
      ['kql', 'Servers | where Role != "printer" | as Assets'],
      [
        'kql',
        `// engine: local
Sysmon
| extend Address = tostring(EventData.DestinationIp)
| join kind=inner (Zeek | project Address = tostring(['id.resp_h']), State = conn_state) on Address
| join kind=inner Assets on Address
| summarize Events = count() by Address, State, Role
| sort by Address asc`,
      ],
    );
    const { code, err, json } = await run(notebook, '--allow-network', '--json');
    assert.equal(code, 0, err);
    const [, , remote, joined] = json().cells;
    assert.match(remote?.results?.[0]?.engine ?? '', /^Kusto \(127\.0\.0\.1:\d+\/logs\)$/);
    assert.deepEqual(joined?.results?.[0]?.rows, [
      ['10.59.4.11', 'SF', 'domain controller', 3],
      ['10.59.4.24', 'REJ', 'file server', 1],
    ]);
    for (const file of await readdir(join(folder, 'join.hunt.results'))) {
      const stored = await readFile(join(folder, 'join.hunt.results', file), 'latin1');
      assert.ok(!stored.includes(served.server.token), `${file} holds the token`);
    }
  });

  it('compares the cell at a line in its two homes', async () => {
    await writeFile(
      join(folder, 'Servers.csv'),
      `${servers}10.59.4.7,camera\n`.replace('printer', 'scanner'),
    );
    const notebook = await write(
      'compare.hunt.md',
      ['hunt', connect()],
      ['kql', 'Servers\n| where Address startswith "10."'],
    );
    const { code, json } = await run(notebook, '--allow-network', '--compare', '6', '--json');
    assert.equal(code, 0);
    const { comparison } = json();
    assert.deepEqual(comparison?.results[0]?.rows, [
      ['local', 1, '10.59.4.7', 'camera'],
      ['local', 1, '10.59.4.99', 'scanner'],
      ['remote', 1, '10.59.4.99', 'printer'],
    ]);
    assert.match(
      comparison.notices[0] ?? '',
      /^The local engine gave 4 rows, Kusto \(.+\) 3 rows; 3 rows below differ\.$/,
    );
    assert.match((await run(notebook, '--compare', '99')).err, /There is no code cell at line 99/);
    assert.match((await run(notebook, '--compare', 'x')).err, /--compare x is no line number/);
  });

  it('talks to no host without leave, and says how to give it', async () => {
    const notebook = await write('consent.hunt.md', ['hunt', connect()]);
    const { code, err } = await run(notebook);
    assert.equal(code, 1);
    assert.match(err, /may not talk to 127\.0\.0\.1:\d+: nobody has allowed it\. .+`--allow-network`/);
  });

  it('shows no token where the server refuses it', async () => {
    const secret = `${served.server.token}-wrong`;
    process.env[serveTokenVariable] = secret;
    try {
      const notebook = await write('refused.hunt.md', ['hunt', connect()]);
      const { code, err } = await run(notebook, '--allow-network');
      assert.equal(code, 1);
      assert.match(err, /does not accept the sign-in \(401\)/);
      assert.ok(!err.includes(secret));
    } finally {
      process.env[serveTokenVariable] = served.server.token;
    }
  });
});
