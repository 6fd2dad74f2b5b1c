/** Who gets which token, and what is kept out of messages. */
import assert from 'node:assert/strict';
import { commandLineTokens } from '../../../src/cli/credentials.ts';
import {
  environmentTokens,
  firstOf,
  scrubbed,
  serveTokenVariable,
} from '../../../src/engine/remote/tokens.ts';

describe('tokens', () => {
  const source = environmentTokens({ [serveTokenVariable]: ' serve-token ' });
  const ask = (endpoint: string, isRefused = false) => source.token({ endpoint, scopes: [], isRefused });

  it('of the environment go to this machine only, and not again once refused', async () => {
    for (const endpoint of [
      'http://127.0.0.1:4000',
      'http://localhost:4000',
      'http://[::1]:1',
      'https://127.1.2.3',
    ]) {
      assert.equal(await ask(endpoint), 'serve-token');
      assert.equal(await ask(endpoint, true), undefined);
    }
    for (const endpoint of [
      'https://help.kusto.windows.net',
      'https://localhost.evil.example',
      'https://127.0.0.1.evil.example',
    ]) {
      assert.equal(await ask(endpoint), undefined);
    }
    assert.equal(
      await environmentTokens({ [serveTokenVariable]: '  ' }).token({
        endpoint: 'http://127.0.0.1',
        scopes: [],
      }),
      undefined,
    );
  });

  it('of Microsoft are asked for by the command line only for its own services', async () => {
    const line = commandLineTokens({ [serveTokenVariable]: 'serve-token' });
    const scopes = ['https://kusto.kusto.windows.net/.default'];
    assert.equal(await line.token({ endpoint: 'http://127.0.0.1:1', scopes, isRefused: true }), undefined);
    assert.equal(await line.token({ endpoint: 'https://adx.example', scopes: [] }), undefined);
  });

  it('come from the first source that has one', async () => {
    const none = { token: () => Promise.resolve(undefined) };
    const one = { token: () => Promise.resolve('one') };
    const never = { token: () => Promise.reject(new Error('asked')) };
    assert.equal(await firstOf(none, one, never).token({ endpoint: 'https://h', scopes: [] }), 'one');
  });

  it('are kept out of texts, with whatever looks like one', () => {
    const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJl';
    const cases: readonly (readonly [string, string])[] = [
      [`bad ${jwt}!`, 'bad ***!'],
      ['Authorization: Bearer abc.def, x', 'Authorization: Bearer ***, x'],
      ['https://h/p?sv=1&sig=a%2Bb&x=1', 'https://h/p?sv=1&sig=***&x=1'],
      ['https://h/p?token=abc', 'https://h/p?token=***'],
      ['the secret-token-1 was refused', 'the *** was refused'],
      ['no account', 'no account'],
    ];
    for (const [text, clean] of cases) assert.equal(scrubbed(text, ['secret-token-1', 'no', '']), clean);
  });
});
