import assert from 'node:assert/strict';
import { proxyOfEnvironment } from '../../src/data/remoteFiles/proxyEnvironment.ts';
import { bytesOfSize } from '../../src/data/sizeText.ts';

describe('The proxy of the environment', () => {
  const find = (environment: Record<string, string>, url: string) =>
    proxyOfEnvironment(environment)(new URL(url))?.href;

  it('is the one that curl would take', () => {
    assert.equal(find({ HTTPS_PROXY: 'http://proxy:3128' }, 'https://a.example/x'), 'http://proxy:3128/');
    assert.equal(find({ https_proxy: 'proxy:3128' }, 'https://a.example/x'), 'http://proxy:3128/');
    assert.equal(find({ ALL_PROXY: 'https://proxy' }, 'https://a.example/x'), 'https://proxy/');
    assert.equal(find({ HTTPS_PROXY: 'socks5://proxy' }, 'https://a.example/x'), undefined);
    assert.equal(find({}, 'https://a.example/x'), undefined);
  });

  it('is not asked for this machine, plain http and the exceptions', () => {
    const environment = {
      HTTPS_PROXY: 'http://proxy:3128',
      NO_PROXY: 'corp.example, .lab.example,b.example:8443',
    };
    for (const url of [
      'https://localhost/x',
      'https://127.0.0.1/x',
      'http://a.example/x',
      'https://corp.example/x',
      'https://a.corp.example/',
      'https://x.lab.example/',
      'https://b.example:8443/',
    ])
      assert.equal(find(environment, url), undefined, url);
    for (const url of ['https://notcorp.example/x', 'https://b.example/x', 'https://example/'])
      assert.equal(find(environment, url), 'http://proxy:3128/', url);
    assert.equal(find({ HTTPS_PROXY: 'http://proxy', no_proxy: '*' }, 'https://a.example/'), undefined);
  });
});

describe('Sizes', () => {
  it('are read in decimal and binary units', () => {
    assert.deepEqual(['2GB', '1.5 GiB', '500mb', '0', ' 0 '].map(bytesOfSize), [
      2e9,
      1.5 * 2 ** 30,
      5e8,
      0,
      0,
    ]);
    assert.deepEqual(
      ['', '2', 'GB', '-1GB', '1e3GB', '1..2GB', '2TB'].map(bytesOfSize),
      Array(7).fill(undefined),
    );
  });
});
