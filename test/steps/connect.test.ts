/** The arguments of `connect`, what it asks for, and what it tells; connections themselves are tested with the engines. */
import assert from 'node:assert/strict';
import { RemoteFailure, type RemoteTarget } from '../../src/engine/remote/openRemote.ts';
import { parseHuntCell } from '../../src/steps/huntCell.ts';
import { StepError, type ActionContext } from '../../src/steps/step.ts';

interface Run {
  readonly targets: readonly (readonly [RemoteTarget, string])[];
  readonly asked: readonly string[];
  readonly notices: readonly string[];
  readonly error?: { readonly code: string; readonly message: string; readonly at: string };
}

/** Runs the cell with connections that succeed, unless `failure` is given. */
async function run(
  text: string,
  { isAllowed = true, failure }: { readonly isAllowed?: boolean; readonly failure?: RemoteFailure } = {},
): Promise<Run> {
  const targets: (readonly [RemoteTarget, string])[] = [];
  const asked: string[] = [];
  const cell = parseHuntCell(text);
  if (!cell.ok) {
    const [first] = cell.errors;
    const { code = '', message = '', start = 0, length = 0 } = first ?? {};
    return { targets, asked, notices: [], error: { code, message, at: text.slice(start, start + length) } };
  }
  if (cell.step.kind !== 'action') throw new Error('connect acts');
  const context: Partial<ActionContext> = {
    allowUrl: (url) => {
      asked.push(url.href);
      return Promise.resolve(isAllowed);
    },
    connections: {
      connect: (target, name) => {
        if (failure !== undefined) return Promise.reject(failure);
        targets.push([target, name]);
        return Promise.resolve({ engine: 'There', tables: 1 });
      },
      use: (name) => (name === 'local' || name === 'known' ? `engine ${name}` : undefined),
      names: () => ['known'],
    },
  };
  try {
    const { notices } = await cell.step.run(cell.args, context as ActionContext);
    return { targets, asked, notices };
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    const { start, length } = cell.placeOf(error.path);
    const { code, message } = error;
    return { targets, asked, notices: [], error: { code, message, at: text.slice(start, start + length) } };
  }
}

describe('connect', () => {
  it('connects to each service, after it has asked, under the name that is given or the database', async () => {
    const kusto = await run(
      'connect: { to: kusto, cluster: https://help.kusto.windows.net/, database: Samples }',
    );
    assert.deepEqual(kusto.targets, [
      [{ to: 'kusto', cluster: new URL('https://help.kusto.windows.net/'), database: 'Samples' }, 'Samples'],
    ]);
    assert.deepEqual(kusto.asked, ['https://help.kusto.windows.net/']);
    assert.deepEqual(kusto.notices, ['The KQL cells below run on There, which has 1 table.']);
    const id = 'b438b4f6-912a-46d5-9cb1-b44069212abc';
    const logs = await run(`connect: { to: log-analytics, workspace: ${id}, timespan: P7D, as: sentinel }`);
    assert.deepEqual(logs.targets, [
      [
        {
          to: 'log-analytics',
          workspace: id,
          endpoint: new URL('https://api.loganalytics.io/v1'),
          timespan: 'P7D',
        },
        'sentinel',
      ],
    ]);
    const defender = await run('connect: { to: defender, endpoint: https://graph.microsoft.us/v1.0 }');
    assert.deepEqual(defender.targets, [
      [{ to: 'defender', endpoint: new URL('https://graph.microsoft.us/v1.0') }, 'defender'],
    ]);
  });

  it('takes a host without its protocol for https, and http on this machine only', async () => {
    const { targets } = await run('connect: { to: kusto, cluster: help.kusto.windows.net, database: d }');
    assert.equal(
      targets[0]?.[0].to === 'kusto' && targets[0][0].cluster.href,
      'https://help.kusto.windows.net/',
    );
    for (const cluster of ['http://127.0.0.1:4000', 'http://localhost:4000', 'http://[::1]:4000']) {
      assert.equal(
        (await run(`connect: { to: kusto, cluster: "${cluster}", database: d }`)).targets.length,
        1,
      );
    }
    for (const cluster of [
      'http://help.kusto.windows.net',
      'http://127.0.0.1.evil.example',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'https://user:secret@host',
      'https://host/?token=x',
      'https://host/#x',
      'not a url',
    ]) {
      const { error, asked } = await run(`connect: { to: kusto, cluster: "${cluster}", database: d }`);
      assert.equal(error?.at, `"${cluster}"`);
      assert.deepEqual(asked, []);
    }
  });

  it('goes back by name', async () => {
    assert.deepEqual((await run('connect: local')).notices, ['The KQL cells below run on engine local.']);
    assert.deepEqual((await run('connect: known')).notices, ['The KQL cells below run on engine known.']);
    assert.match(
      (await run('connect: other')).error?.message ?? '',
      /^No cell above connects to `other`\. The connections are `local`, `known`\./,
    );
  });

  it('connects to nothing that nobody has allowed', async () => {
    const { targets, error } = await run('connect: { to: defender }', { isAllowed: false });
    assert.deepEqual(targets, []);
    assert.equal(error?.code, 'network-not-allowed');
    assert.match(
      error.message,
      /^The notebook may not talk to graph\.microsoft\.com: nobody has allowed it\./,
    );
  });

  it('says what is missing, unknown or out of place, where it stands', async () => {
    const cases: readonly (readonly [string, RegExp, string])[] = [
      [
        'connect: { to: kusto, cluster: https://h }',
        /`database` is missing: write `database: Samples`/,
        'connect',
      ],
      ['connect: { to: log-analytics }', /`workspace` is missing/, 'connect'],
      [
        'connect: { to: log-analytics, workspace: mine }',
        /`workspace` must be the id of a workspace/,
        'mine',
      ],
      ['connect: { to: splunk }', /`to` must be one of `kusto`, `log-analytics`, `defender`/, 'splunk'],
      [
        'connect: { to: defender, database: d }',
        /`database` is no argument of `to: defender`; remove it/,
        'd',
      ],
      ['connect: { to: defender, timespan: 7d }', /`timespan` must be a duration of ISO 8601/, '7d'],
      ['connect: { to: defender, as: local }', /`as` is the name of the session itself/, 'local'],
      ['connect: { to: defender, token: abc }', /`connect` has no argument `token`/, 'token'],
      ['connect:\n  to: defender\nas: X', /`connect` gives no result that `as` could name/, 'X'],
    ];
    for (const [text, message, at] of cases) {
      const { error } = await run(text);
      assert.match(error?.message ?? '', message, text);
      assert.equal(error?.at, at, text);
    }
  });

  it('tells why a connection failed, at the argument that is to blame', async () => {
    const failure = new RemoteFailure('remote-unreachable', 'Kusto cannot be reached.');
    const text = 'connect: { to: kusto, cluster: https://h, database: d }';
    assert.deepEqual((await run(text, { failure })).error, {
      code: 'remote-unreachable',
      message: 'Kusto cannot be reached.',
      at: 'https://h',
    });
  });
});
