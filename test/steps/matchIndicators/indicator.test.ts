import assert from 'node:assert/strict';
import fc from 'fast-check';
import { defangAddress, defangDomain, defangUrl } from '../../../src/report/defang.ts';
import { readIndicator } from '../../../src/steps/matchIndicators/indicator.ts';
import { IndicatorList } from '../../../src/steps/matchIndicators/indicatorList.ts';
import { readText } from '../../../src/steps/matchIndicators/listText.ts';
import { isMisp, readMisp } from '../../../src/steps/matchIndicators/mispEvents.ts';
import { readStixBundle } from '../../../src/steps/matchIndicators/stixBundle.ts';
import { readStixPattern } from '../../../src/steps/matchIndicators/stixPattern.ts';

const read = (text: string): string => {
  const result = readIndicator(text);
  return result.ok ? `${result.indicator.type} ${result.indicator.key}` : `- ${result.reason}`;
};

describe('an indicator', () => {
  const cases: Readonly<Record<string, string>> = {
    '198.51.100.7': 'ipv4 198.51.100.7',
    '198[.]51[.]100[.]7': 'ipv4 198.51.100.7',
    '198.51.100[.]7:8080': 'ipv4 198.51.100.7',
    '198.51.100.7/32': 'ipv4 198.51.100.7',
    '198.51.100.9/24': 'cidr 198.51.100.0/24',
    '2001:db8::1': 'ipv6 2001:0db8:0000:0000:0000:0000:0000:0001',
    '2001[:]db8[:][:]1': 'ipv6 2001:0db8:0000:0000:0000:0000:0000:0001',
    '[2001:db8::1]:443': 'ipv6 2001:0db8:0000:0000:0000:0000:0000:0001',
    '2001:db8:ffff::/33': 'cidr 2001:0db8:8000:0000:0000:0000:0000:0000/33',
    'evil.example': 'domain evil.example',
    'EVIL[.]example.': 'domain evil.example',
    'evil(dot)example': 'domain evil.example',
    'evil [.] example': 'domain evil.example',
    'evil[.example': 'domain evil.example',
    '*.evil.example': 'domain evil.example',
    '||evil.example^': 'domain evil.example',
    'bücher.example': 'domain xn--bcher-kva.example',
    'bad.cafe': 'domain bad.cafe',
    'evil.example:8443': 'domain evil.example',
    'http://evil.example/': 'url evil.example',
    'hxxps://Evil[.]example/A.exe?x=1': 'url evil.example/a.exe?x=1',
    'hxxp[:]//evil[.]example:80/a/': 'url evil.example/a',
    'hXXp[://]evil[.]example/a': 'url evil.example/a',
    'fxp://evil.example/a': 'url evil.example/a',
    'evil.example/path': 'url evil.example/path',
    'http://198.51.100.7:8080/a': 'url 198.51.100.7:8080/a',
    'user[@]evil[.]example': 'email user@evil.example',
    'user(at)evil(dot)example': 'email user@evil.example',
    D41D8CD98F00B204E9800998ECF8427E: 'md5 d41d8cd98f00b204e9800998ecf8427e',
    ['a'.repeat(40)]: `sha1 ${'a'.repeat(40)}`,
    [`"${'b'.repeat(64)}",`]: `sha256 ${'b'.repeat(64)}`,
    '<https://evil.example/x>': 'url evil.example/x',
  };
  for (const [text, expected] of Object.entries(cases)) {
    it(`reads ${text}`, () => {
      assert.equal(read(text), expected);
    });
  }

  it('refuses what is none, or would match every machine, and says why', () => {
    assert.match(read('hello'), /no address, domain/);
    assert.match(read('999.1.1.1'), /no valid IP/);
    assert.match(read('1.2.3'), /no valid IP/);
    assert.match(read('a'.repeat(41)), /41 hex digits/);
    assert.match(read('127.0.0.1'), /every machine/);
    assert.match(read('::1'), /every machine/);
    assert.match(read('http://127.0.0.1/a'), /every machine/);
    assert.match(read('10.0.0.0/33'), /at most \/32/);
    assert.match(read('0.0.0.0/0'), /every machine|good part/);
    assert.match(read('10.0.0.0/5'), /good part/);
    assert.equal(read('12.0.0.0/6'), 'cidr 12.0.0.0/6');
    assert.match(read(''), /empty/);
    assert.match(read('a@b'), /no valid e-mail/);
    assert.match(read('http://'), /no valid URL/);
    assert.match(read('x'.repeat(5000)), /longer than/);
  });

  it('undoes what the report writes', () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV6(), label, label, (v4, v6, name, path) => {
        assert.equal(read(defangAddress(v4)), read(v4));
        assert.equal(read(defangAddress(v6)), read(v6));
        assert.equal(read(defangDomain(`${name}.example`)), `domain ${name}.example`);
        assert.equal(read(defangUrl(`https://${name}.example/${path}`)), `url ${name}.example/${path}`);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof read(text) === 'string'));
  });
});

async function listOf(text: string): Promise<IndicatorList> {
  const list = new IndicatorList();
  await readText(text, 'f', list);
  return list;
}
const entries = (list: IndicatorList): string[] =>
  list.indicators.map(({ key, source, note }) =>
    [key, source, note].filter((part) => part !== '').join(' | '),
  );
const refusals = (list: IndicatorList): string[] =>
  list.unusable.map(({ line, place, raw }) => `${line ?? place} ${raw}`);

describe('a list of indicators', () => {
  it('takes one a line, with comments, bullets, notes and lists, and locates junk', async () => {
    const list = await listOf(
      [
        '# a comment',
        '198[.]51[.]100[.]7   # C2 of May',
        '- evil[.]example',
        '',
        '0.0.0.0 ads.example',
        '1.10.16.0/20 ; SBL256894',
        'a.example, b.example',
        'seen at hxxp://x[.]example/a in report.pdf',
        'just words here',
        'evil.example',
      ].join('\r\n'),
    );
    assert.deepEqual(entries(list), [
      '198.51.100.7 | f:2 | C2 of May',
      'evil.example | f:3, f:10',
      'ads.example | f:5',
      '1.10.16.0/20 | f:6 | SBL256894',
      'a.example | f:7',
      'b.example | f:7',
      'x.example/a | f:8',
    ]);
    assert.deepEqual(refusals(list), ['9 just words here']);
    assert.equal(list.repeated, 1);
  });

  it('reads the columns of CSV that a heading names, in a comment too', async () => {
    const list = await listOf(
      [
        '# id,dateadded,url,threat,urlhaus_link,reporter',
        '"1","2026-01-01","http://evil.example/a","malware_download","https://urlhaus.example/url/1/","me"',
        '"2","2026-01-01","no url","x","https://urlhaus.example/url/2/","me"',
        '"3","2026-01-01","","x","","me"',
      ].join('\n'),
    );
    assert.deepEqual(entries(list), ['evil.example/a | f:2 | malware_download']);
    assert.deepEqual(
      list.unusable.map(({ line, reason }) => [line, reason]),
      [
        [3, 'it is no address, domain, URL, hash or e-mail address'],
        [4, 'its columns for indicators are empty'],
      ],
    );
  });

  it('reads several columns of a record', async () => {
    const list = await listOf('ip;sha256;comment\n198.51.100.7;' + 'a'.repeat(64) + ';x\n');
    assert.deepEqual(entries(list), ['198.51.100.7 | f:2 | x', `${'a'.repeat(64)} | f:2 | x`]);
  });

  it('counts 200,000 lines with junk among them and loses none', async () => {
    const lines = Array.from({ length: 200_000 }, (_, index) =>
      index % 1000 === 7 ? `?? junk ${index}` : `host-${index}.example`,
    );
    const list = await listOf(lines.join('\n'));
    assert.equal(list.size, 199_800);
    assert.equal(list.unusable.length, 200);
    assert.deepEqual(list.unusable[1]?.line, 1008);
  }).timeout(20_000);
});

describe('a STIX pattern', () => {
  const usable = (pattern: string): string[] =>
    readStixPattern(pattern).usable.map(({ value, isPart }) => (isPart ? `${value} (part)` : value));

  it('gives the values of comparisons that OR combines', () => {
    assert.deepEqual(usable("[ipv4-addr:value = '198.51.100.7']"), ['198.51.100.7']);
    assert.deepEqual(
      usable(
        "[ipv4-addr:value = '1.2.3.4' OR domain-name:value = 'a.example'] OR [url:value = 'http://b.example/']",
      ),
      ['1.2.3.4', 'a.example', 'http://b.example/'],
    );
    assert.deepEqual(usable("[ipv4-addr:value IN ('1.2.3.4', '1.2.3.5')]"), ['1.2.3.4', '1.2.3.5']);
    assert.deepEqual(usable("[ipv4-addr:value ISSUBSET '198.51.100.0/24']"), ['198.51.100.0/24']);
    assert.deepEqual(
      usable(`[file:hashes.'SHA-256' = 'aa' OR file:hashes.MD5 = 'bb' OR file:hashes."SHA-1" = 'cc']`),
      ['aa', 'bb', 'cc'],
    );
    assert.deepEqual(usable("[email-message:from_ref.value = 'a@b.example']"), ['a@b.example']);
    assert.deepEqual(usable(String.raw`[url:value = 'http://x.example/it\'s']`), ["http://x.example/it's"]);
  });

  it('marks what stands under AND and FOLLOWEDBY, and takes a type beside a value as nothing more', () => {
    assert.deepEqual(usable("[ipv4-addr:value = '1.2.3.4'] AND [domain-name:value = 'a.example']"), [
      '1.2.3.4 (part)',
      'a.example (part)',
    ]);
    assert.deepEqual(
      usable(
        "([url:value = 'http://a.example/'] FOLLOWEDBY [url:value = 'http://b.example/']) WITHIN 300 SECONDS",
      ),
      ['http://a.example/ (part)', 'http://b.example/ (part)'],
    );
    assert.deepEqual(
      usable(
        "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '1.2.3.4'] REPEATS 5 TIMES",
      ),
      ['1.2.3.4'],
    );
  });

  it('tells what cannot be looked for', () => {
    const { usable: values, unusable } = readStixPattern(
      "[(file:name = 'a.exe' AND file:hashes.MD5 = 'aa') OR url:value LIKE 'http://%' OR domain-name:value NOT = 'b.example' OR domain-name:value MATCHES 'x']",
    );
    assert.deepEqual(values, [{ value: 'aa', isPart: true }]);
    assert.deepEqual(
      unusable.map(({ reason }) => reason),
      [
        'file:name is no address, domain, URL, hash or e-mail address',
        'LIKE is no comparison with a value',
        'what is not there cannot be looked for',
        'MATCHES is no comparison with a value',
      ],
    );
  });

  it('refuses broken patterns with the place', () => {
    assert.throws(() => readStixPattern(''), /empty/);
    assert.throws(() => readStixPattern('ipv4-addr:value'), /stands where `\[` should/);
    assert.throws(() => readStixPattern("[ipv4-addr:value = '1.2.3.4'"), /the end/);
    assert.throws(() => readStixPattern("[ipv4-addr:value ~ 'x']"), /character 18/);
    assert.throws(() => readStixPattern('('.repeat(1000)), /deep/);
  });

  it('never throws anything but an Error with a reason', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '(',
      ')',
      'AND',
      'OR',
      "'x'",
      '=',
      'url:value',
      'NOT',
      'IN',
      ',',
      ' ',
      '1',
      "t'",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        try {
          readStixPattern(pieces.join(' '));
        } catch (error) {
          assert.ok(error instanceof Error && error.name === 'Error' && error.message !== '');
        }
      }),
    );
  });
});

describe('bundles and events', () => {
  it('reads the indicators of a STIX bundle and tells of the rest', () => {
    const list = new IndicatorList();
    const indicator = { type: 'indicator', pattern_type: 'stix', name: 'C2' };
    readStixBundle(
      {
        type: 'bundle',
        objects: [
          { ...indicator, pattern: "[ipv4-addr:value = '198.51.100.7']" },
          { ...indicator, pattern: 'rule x {}', pattern_type: 'yara' },
          { ...indicator, pattern: "[url:value = 'http://a.example/']", revoked: true },
          { ...indicator, pattern: 'broken' },
          { type: 'ipv4-addr', value: '192.0.2.1' },
          { type: 'malware', name: 'x' },
          { type: 'indicator' },
        ],
      },
      'b.json',
      list,
    );
    assert.deepEqual(entries(list), ['198.51.100.7 | b.json objects[0] | C2']);
    assert.deepEqual(
      list.unusable.map(({ place }) => place),
      ['objects[1]', 'objects[2]', 'objects[3]', 'objects[4]', 'objects[6]'],
    );
  });

  it('reads MISP attributes in each of its shapes', () => {
    const attributes = [
      { type: 'ip-dst', value: '198.51.100.7', to_ids: true, comment: 'C2' },
      { type: 'domain|ip', value: 'evil.example|198.51.100.8', to_ids: true },
      { type: 'filename|sha256', value: `a.exe|${'a'.repeat(64)}`, to_ids: '1' },
      { type: 'ip-src', value: '192.0.2.9', to_ids: false },
      { type: 'mutex', value: 'x', to_ids: true },
    ];
    const event = {
      info: 'x',
      Attribute: attributes.slice(0, 2),
      Object: [{ Attribute: attributes.slice(2) }],
    };
    for (const json of [{ Event: event }, { response: [{ Event: event }] }, [{ Event: event }], event]) {
      assert.ok(isMisp(json));
      const list = new IndicatorList();
      readMisp(json, 'm.json', list);
      assert.deepEqual(
        list.indicators.map(({ key }) => key),
        ['198.51.100.7', 'evil.example', '198.51.100.8', 'a'.repeat(64)],
      );
      assert.equal(list.indicators[0]?.note, 'C2');
      assert.deepEqual(
        list.unusable.map(({ reason }) => reason.split(' ').slice(0, 3).join(' ')),
        ['to_ids is false:', 'MISP type mutex'],
      );
    }
    assert.ok(!isMisp({ type: 'bundle' }));
    assert.ok(!isMisp({ anything: 1 }));
  });
});
