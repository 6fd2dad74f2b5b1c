/** The token of a connection stands nowhere but in the requests that it signs, whatever goes well or wrong. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hunt } from '../../src/cli/cli.ts';
import { serveTokenVariable } from '../../src/engine/remote/tokens.ts';
import { frames } from '../engine/remote/remoteFixture.ts';
import { memoryIo } from './memoryIo.ts';

const planted = 'planted-token-8f3a6c51d2';
const schema = {
  Databases: {
    logs: { Name: 'logs', Tables: { T: { Name: 'T', OrderedColumns: [{ Name: 'x', CslType: 'string' }] } } },
  },
};

describe('a token', () => {
  let folder: string;
  let service: Server;
  let url: string;
  let signed = 0;
  const formerToken = process.env[serveTokenVariable];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hunt-secrets-'));
    // Answers as a hostile or careless service would: what it was sent comes back in everything that it says.
    service = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        const { authorization = '' } = request.headers;
        if (authorization.includes(planted)) signed++;
        const reply = (status: number, value: unknown) =>
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
        const text = body === '' ? '' : (JSON.parse(body) as { csl: string }).csl;
        if (request.url?.endsWith('metadata')) reply(404, '');
        else if (text.startsWith('.')) reply(200, { Tables: [{ Rows: [[JSON.stringify(schema)]] }] });
        else if (text.includes('fail'))
          reply(400, { error: { code: 'X', '@message': `Refused ${authorization}; it was ${planted}` } });
        else if (text.includes('late'))
          reply(429, { error: { code: 'X', message: `Busy for ${authorization}` } });
        else if (text.includes('page')) response.end(`<!doctype html><p>${authorization}</p>`);
        else
          reply(
            200,
            frames({ x: 'string' }, [['fine']], {
              HasErrors: true,
              OneApiErrors: [{ error: { code: 'X', '@message': `Stopped early; header ${authorization}` } }],
            }),
          );
      });
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    process.env[serveTokenVariable] = planted;
  });
  after(async () => {
    if (formerToken === undefined) Reflect.deleteProperty(process.env, serveTokenVariable);
    else process.env[serveTokenVariable] = formerToken;
    service.closeAllConnections();
    service.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** All that was written below the folder. */
  async function written(path = folder): Promise<string> {
    if (!(await stat(path)).isDirectory()) return `${path}\n${await readFile(path, 'latin1')}`;
    const parts = await Promise.all((await readdir(path)).map((name) => written(join(path, name))));
    return parts.join('\n');
  }

  it('is in no output, result, notebook or report, though the service says it back', async () => {
    const output: string[] = [];
    for (const [name, query] of [
      ['cut', 'T | as Landed'],
      ['fails', 'T | where x == "fail"'],
      ['page', 'T | where x == "page"'],
    ] as const) {
      const connect = `connect: { to: kusto, cluster: "${url}", database: logs }`;
      const cells = [`\`\`\`hunt\n${connect}\n\`\`\`\n`, `\`\`\`kql\n${query}\n\`\`\`\n`];
      await writeFile(join(folder, `${name}.hunt.md`), cells.join('\n'));
      const file = `${name}.hunt.md`;
      const runs = [['run', file, '--allow-network']];
      if (name === 'cut') {
        runs.push(
          ['run', file, '--allow-network', '--compare', '6', '--json'],
          ['report', file, '--out', `${name}.html`],
          ['report', file, '--out', `${name}.md`],
        );
      }
      for (const args of runs) {
        const io = memoryIo(folder);
        await hunt(args, io);
        output.push(args.join(' '), io.out(), io.err());
      }
    }
    assert.ok(signed >= 3);
    const all = output.join('\n') + (await written());
    assert.match(all, /Stopped early; header Bearer \*\*\*/);
    assert.match(all, /Refused Bearer \*\*\*.*it was \*\*\*/);
    assert.match(all, /web page came instead of data/);
    assert.ok(
      !all.includes(planted),
      all.slice(Math.max(0, all.indexOf(planted) - 300), all.indexOf(planted) + 60),
    );
  });
});
