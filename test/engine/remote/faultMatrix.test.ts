/**
 * Each thing that goes wrong with a service, for each of the services: sent again where that is safe, told as what it is,
 * and never shown as a whole result. Over real connections, through each service's own client.
 */
import assert from 'node:assert/strict';
import type { LocalEngine } from '../../../src/engine/local/localEngine.ts';
import { defenderService } from '../../../src/engine/remote/defender.ts';
import { kustoService } from '../../../src/engine/remote/kusto.ts';
import { logAnalyticsService } from '../../../src/engine/remote/logAnalytics.ts';
import { openRemoteEngine, type RemoteEngine } from '../../../src/engine/remote/remoteEngine.ts';
import type { RemoteService } from '../../../src/engine/remote/service.ts';
import { countedTokens, frames, oneApiError, openHome, told, type Home, type Told } from './remoteFixture.ts';
import {
  dropped,
  json,
  page,
  silent,
  stalled,
  startScriptedServer,
  type Answer,
  type ScriptedServer,
} from './scriptedServer.ts';

interface Spoken {
  readonly product: string;
  service(url: string): Promise<RemoteService>;
  /** A good reply with a column `x` of these values, or one that the service ended early for that reason. */
  reply(values: readonly number[], error?: Readonly<Record<string, unknown>>): unknown;
  /** An error as the service nests it. */
  error(code: string, message: string): Readonly<Record<string, unknown>>;
  /** How it says that its own limit cut the result. */
  readonly limitMessage: string;
}

const tooLarge =
  'Query execution has exceeded the allowed limits (80DA0003): The results of this query exceed the set limit of 500000 records, so not all records were returned (E_QUERY_RESULT_SET_TOO_LARGE, 0x80DA0003).';

const services: Readonly<Record<string, Spoken>> = {
  'a Kusto endpoint': {
    product: 'Kusto',
    service: (url) => kustoService({ to: 'kusto', cluster: new URL(url), database: 'logs' }),
    reply: (values, error) =>
      frames(
        { x: 'long' },
        error === undefined
          ? values.map((value) => [value])
          : [...values.map((value) => [value]), { OneApiErrors: [error] }],
        error === undefined ? { HasErrors: false } : { HasErrors: true, OneApiErrors: [error] },
      ),
    error: (code, message) => oneApiError(message, code),
    limitMessage: tooLarge,
  },
  'Log Analytics': {
    product: 'Log Analytics',
    service: (url) =>
      logAnalyticsService({ to: 'log-analytics', workspace: 'w', endpoint: new URL(`${url}/v1`) }),
    reply: (values, error) => ({
      tables: [
        {
          name: 'PrimaryResult',
          columns: [{ name: 'x', type: 'long' }],
          rows: values.map((value) => [value]),
        },
      ],
      ...error,
    }),
    error: (code, message) => ({
      error: {
        code: 'PartialError',
        message: 'There were some errors when processing your query.',
        details: [{ code: 'EngineError', message: 'Something went wrong.', innererror: { code, message } }],
      },
    }),
    limitMessage: tooLarge,
  },
  Defender: {
    product: 'Microsoft Defender XDR',
    service: (url) =>
      Promise.resolve(defenderService({ to: 'defender', endpoint: new URL(`${url}/v1.0`) }, [])),
    reply: (values, error) => ({
      schema: [{ name: 'x', type: 'Int64' }],
      results: values.map((x) => ({ x })),
      ...error,
    }),
    error: (code, message) => ({ error: { code, message } }),
    limitMessage: tooLarge,
  },
};

describe('faults of services', () => {
  let home: Home;

  before(async () => {
    home = await openHome();
  });
  after(() => home.close());

  for (const [name, spoken] of Object.entries(services)) faultsOf(name, spoken, () => home.engine);
});

function faultsOf(name: string, spoken: Spoken, session: () => LocalEngine): void {
  describe(`of ${name}`, () => {
    const { product } = spoken;
    const commands: string[] = [];
    let server: ScriptedServer;
    let service: RemoteService;
    let remote: RemoteEngine;
    let tokens: ReturnType<typeof countedTokens>;

    before(async () => {
      const cancelled: Answer = ({ body }, response) => {
        commands.push(String(body['csl']));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"Tables":[]}');
      };
      server = await startScriptedServer({
        '/v1/rest/auth/metadata': json('', 404),
        '/v1/rest/mgmt': cancelled,
      });
      const real = await spoken.service(server.url);
      service = {
        ...real,
        schema: () => Promise.resolve({ tables: [{ name: 'T', columns: [{ name: 'x', type: 'long' }] }] }),
      };
    });
    beforeEach(async () => {
      tokens = countedTokens();
      remote = await openRemoteEngine(service, session(), { tokens });
      commands.length = 0;
    });
    after(async () => {
      await server.close();
    });

    const run = async (...answers: readonly Answer[]): Promise<Told> => {
      server.script(...answers);
      return told(await remote.query('T'));
    };
    const body = (values: readonly number[]) => JSON.stringify(spoken.reply(values));
    const fine = json(spoken.reply([1]));
    const busy = (status: number, retryAfter?: string) =>
      json(
        spoken.error('Busy', 'Slow down'),
        status,
        retryAfter === undefined ? {} : { 'retry-after': retryAfter },
      );

    /** Asks with these answers; expects an error, so many requests, and no row. */
    async function fails(answers: readonly Answer[], error: RegExp, requests: number): Promise<void> {
      const outcome = await run(...answers);
      assert.match(outcome.errors?.[0] ?? JSON.stringify(outcome), error);
      assert.equal(outcome.rows, undefined);
      assert.equal(server.asked.length, requests);
    }

    it('429 and 503: waits as long as it is told, in seconds or by a date, and says so', async () => {
      const outcome = await run(busy(429, '0'), busy(429, new Date(0).toUTCString()), busy(503, '0'), fine);
      assert.deepEqual(outcome.rows, [[1]]);
      assert.deepEqual(
        outcome.notices,
        Array(3).fill(`${product} was busy; the query was sent again after 0 seconds.`),
      );
      await fails([busy(429, '0')], /^remote-throttled: .+ \(429\)\. It says: Slow down\./, 4);
      await fails([busy(503, '3600')], /^remote-throttled: .+ It asks to wait 3600 seconds\.$/, 1);
    });

    it('an expired token: gets another once, and says when that is refused, too', async () => {
      const expired = json(spoken.error('InvalidToken', 'The token has expired'), 401);
      assert.deepEqual((await run(expired, fine)).rows, [[1]]);
      const [first, second] = server.asked.map(({ headers }) => headers.authorization);
      assert.deepEqual([first, second], ['Bearer token-1', 'Bearer token-2']);
      await fails([expired], /^remote-sign-in: .+ \(401\)/, 2);
    });

    it('a timeout of the service: told, and not sent again', async () => {
      const late = spoken.error('GatewayTimeout', 'The gateway did not receive a response in time');
      await fails([json(late, 504)], /^remote-timeout: /, 1);
      await fails(
        [json(spoken.error('E_QUERY_TIMED_OUT', 'Query timed out (E_QUERY_TIMED_OUT)'), 400)],
        /^remote-timeout: /,
        1,
      );
    });

    it('no answer at all: given up after the time of the service', async () => {
      remote = await openRemoteEngine({ ...service, timeoutMs: 300 }, session(), { tokens });
      await fails([silent()], /^remote-timeout: .+ no rows are shown/, 1);
      await fails([stalled(body([1, 2]), body([1, 2]).length - 9)], /^remote-timeout: /, 1);
    });

    it('a connection that breaks before any row: sent again once', async () => {
      const outcome = await run(dropped(body([1]), 0), fine);
      assert.deepEqual(outcome.rows, [[1]]);
      assert.match(outcome.notices?.[0] ?? '', /broke before any row came; the query was sent again/);
      await fails([dropped(body([1]), 0)], /^remote-dropped: /, 2);
    });

    it('a reply that breaks in its rows: never sent again, nothing shown', async () => {
      const whole = body([1, 2, 3]);
      const inRows = whole.lastIndexOf('3');
      await fails([dropped(whole, inRows), fine], /^remote-dropped: .+none of it is shown/, 1);
      await fails([json(whole.slice(0, inRows)), fine], /^remote-dropped: .+none of it is shown/, 1);
      await fails([json(whole.slice(0, -1)), fine], /^remote-dropped: .+none of it is shown/, 1);
    });

    it('a reply that is no JSON, another JSON, or a page', async () => {
      const whole = body([1, 2]);
      await fails([json(`${whole.slice(0, -1)},}}`)], /^remote-malformed: /, 1);
      await fails([json('{"message":1}')], /^remote-malformed: /, 1);
      await fails([json(whole.replace(/2(?=[\]}])/, 'two'))], /^remote-malformed: /, 1);
      await fails([page(200)], /^remote-html: A web page came instead of data/, 1);
      await fails([page(502)], /^remote-html: /, 1);
    });

    it('a result that the service ended early: its rows, and that they are not all', async () => {
      const reason = spoken.error('E_RUNAWAY_QUERY', 'Memory budget of the query was exceeded');
      const { rows, cut, notices } = await run(json(spoken.reply([1, 2], reason)));
      assert.deepEqual(rows, [[1], [2]]);
      assert.match(JSON.stringify(cut), /"atLeastRows":3/);
      assert.match(notices?.[0] ?? '', /^2 of at least 3 rows, limit .+ stopped early: Memory budget/);
      const limited = await run(
        json(spoken.reply([1, 2], spoken.error('LimitsExceeded', spoken.limitMessage))),
      );
      assert.deepEqual(limited.cut, { atLeastRows: 3, limit: '500,000 rows' });
      assert.match(limited.notices?.[0] ?? '', /^2 of at least 3 rows, limit 500,000 rows\./);
      await fails([json(spoken.reply([], reason))], /Memory budget of the query was exceeded/, 1);
    });

    it('a stop of the hunter: heard by the service, before and in the middle of the reply', async () => {
      for (const begun of [0, body([1, 2]).length - 9]) {
        const stop = new AbortController();
        let heard: () => void = () => undefined;
        const closed = new Promise<void>((resolve) => (heard = resolve));
        server.script((_asked, response) => {
          response.on('close', heard);
          if (begun > 0)
            response
              .writeHead(200, { 'content-type': 'application/json' })
              .write(body([1, 2]).slice(0, begun));
          setTimeout(() => stop.abort(), 20);
        });
        await assert.rejects(remote.query('T', { signal: stop.signal }), { name: 'AbortError' });
        await closed;
        assert.equal(server.asked.length, 1);
      }
      assert.equal(
        commands.filter((text) => text.startsWith('.cancel query "HuntNotebooks.query;')).length,
        service.cancel === undefined ? 0 : 2,
      );
    });

    it('none of all that leaves rows in the session', async () => {
      const left = await session().execute(
        `SELECT count(*) AS n FROM information_schema.tables WHERE table_schema = 'results' AND table_name LIKE '%landing%'`,
      );
      assert.equal(Number(left[0]?.['n']), 0);
    });
  });
}
