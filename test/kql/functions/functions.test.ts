import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import { scalarFunctions } from '../../../src/kql/functions/registry.ts';
import { jsFunctions } from '../../../src/kql/functions/jsFunctions.ts';
import { functionMacros } from '../../../src/kql/functions/macros.ts';
import { kqlRow, openDatabase } from './database.ts';

/** Expected values from the language's documentation and from hand counts. */
const cases: readonly (readonly [expression: string, expected: unknown])[] = [
  ["strcat('a', 1, true, 1.0, dynamic({'k':1}))", 'a1True1.0{"k":1}'],
  ["substring('hello', -3, 2)", 'll'],
  ["substring('hello', -100, 3)", ''],
  ["indexof('abcabc', 'c', 3)", 5n],
  ["indexof('abcabcabc', 'c', 0, -1, 2)", 5n],
  ["indexof('abcdefgabcdefg', 'cde', 1, 10, 2)", 9n],
  ["indexof('abc', 'c', 0, 2)", -1n],
  ["indexof('a\u{1F600}c', 'c', 0, -1, 1)", 2n],
  ["countof('aaaa', 'aa')", 3n],
  ["countof('abcabc', 'a.c', 'regex')", 2n],
  ["split('a_b', '_', 1)", '["b"]'],
  ["trim('x', 'xxaxx')", 'xax'],
  ["replace_regex('one two', @'(\\w+) (\\w+)', @'\\2-\\1')", 'two-one'],
  ["extract('x=([0-9]+)', 1, 'x=42', typeof(long))", 42n],
  ["extract_all('(a)(b)?', 'ab a')", '[["a","b"],["a",""]]'],
  ["toint('3.14')", null],
  ["tolong(' 0x1F ')", 31n],
  ['tolong(2.9)', 2n],
  ["tolong('99999999999999999999')", null],
  ["tobool('True')", true],
  ["tobool('yes')", null],
  ['tostring(1e20)', '1E+20'],
  ['tostring(datetime(null))', ''],
  ["todatetime('02/17/2016 08:40:01') == datetime(2016-02-17 08:40:01)", true],
  ["totimespan(strcat('1', 'h')) == 1h", true],
  ['7 / 2', 3n],
  ['-7 % 3', 2n],
  ['1 / 0', null],
  ['9223372036854775807 + 1', -9223372036854775808n],
  ['9223372036854775807 * 3 + 1 + 1', 9223372036854775807n],
  ['real(nan) == real(nan)', false],
  ['int(null) == 1', false],
  ['int(null) != 1', true],
  ['isnull(int(null) == int(null))', true],
  ['isnull(datetime(0001-01-01) - 1tick)', true],
  ['bin(-5, 2)', -6n],
  ['bin(7.5h, 1h) == 7h', true],
  ["datetime_diff('week', datetime(2021-03-01), datetime(2020-12-31))", 9],
  ["datetime_add('month', 1, datetime(2020-01-31)) == datetime(2020-02-29)", true],
  ["format_datetime(datetime(2007-03-09 17:04:03.5), 'yy-M-d h:mm tt.f')", '07-3-9 5:04 PM.5'],
  ["format_timespan(-2h - 30m, 'hh:mm')", '-02:30'],
  ['startofweek(datetime(2020-01-05 12:00)) == datetime(2020-01-05)', true],
  ['dayofweek(datetime(2020-01-04)) == 6d', true],
  ["bag_merge(dynamic({'a':1,'b':{'c':1}}), dynamic({'b':2,'d':3}))", '{"a":1,"b":{"c":1},"d":3}'],
  ["bag_remove_keys(dynamic({'a':{'b':1,'c':2},'d':3}), dynamic(['$.a.b','d']))", '{"a":{"c":2}}'],
  ["array_sort_desc(dynamic([null, 'b', 10, 9, 'a']))", '["b","a",10,9,null]'],
  ["bag_merge(dynamic({'a':12}), parse_json('{\"b\":12345678901234567}'))", '{"a":12,"b":12345678901234567}'],
  ['array_slice(dynamic([1,2,3,4,5]), -3, -2)', '[3,4]'],
  ['array_rotate_left(dynamic([1,2,3]), -1)', '[3,1,2]'],
  ['set_union(dynamic([2,1,2]), dynamic([3,1]))', '[2,1,3]'],
  ["tostring(array_sort_desc(dynamic(['b',null,10,9]), false))", '[null,"b",10,9]'],
  ['around(datetime(2020-01-01), datetime(2020-01-02), 1d)', true],
  ['around(4, 1, 2)', false],
  ['tolong(dynamic(9223372036854775807))', 9223372036854775807n],
  ['-int(-2147483648)', 2147483648n],
  ['jaccard_index(dynamic([1,2,3,4]), dynamic([3,4,5,6])) < 0.34', true],
  ['zip(dynamic([1,2]), dynamic(["a"]))', '[[1,"a"],[2,null]]'],
  ['parse_json(\'{"a": 12345678901234567}\').a', '12345678901234567'],
  ["parse_json('no json')", '"no json"'],
  ["ipv4_is_private('172.31.255.255')", true],
  ["ipv4_is_private('172.32.0.0')", false],
  ["ipv4_is_in_range('10.1.2.3', '10.1.2.0/30')", true],
  ["ipv4_is_in_range('10.1.2.4', '10.1.2.0/30')", false],
  ["ipv6_compare('fe80::1', 'fe80::2', 126)", 0n],
  ["parse_ipv6_mask('::192.168.255.255/24', 128)", '0000:0000:0000:0000:0000:ffff:c0a8:ff00'],
  ["parse_ipv6_mask('::192.168.255.255', 120)", '0000:0000:0000:0000:0000:ffff:c0a8:ff00'],
  ["format_ipv4('192.168.1.255', 24)", '192.168.1.0'],
  ["has_ipv4('from 127.0.0.1:80', '127.0.0.1')", true],
  ["has_ipv4('from 127.0.0.12', '127.0.0.1')", false],
  ["hash('World')", 1846988464401551951n],
  ["base64_decode_tostring('S3VzdG8=')", 'Kusto'],
  ["base64_decode_tostring('no base64!')", ''],
  ["url_decode('a%20b+c%zz')", 'a b c%zz'],
  ["parse_command_line(@'a.exe \"b c\" d\\\"e', 'windows')", '["a.exe","b c","d\\"e"]'],
  ["parse_url('https://u:p@host:8080/a/b?x=1&y#f').Path", '"/a/b"'],
  ["tostring(parse_path(@'C:\\Windows\\cmd.exe').Filename)", 'cmd.exe'],
  ['parse_xml(\'<a b="1"><c>x</c><c>y</c></a>\')', '{"a":{"@b":"1","c":["x","y"]}}'],
  ["'a' has_any ('b', 'A')", true],
  ["'a b' has_all ('b', 'c')", false],
  ["'x' in~ ('X')", true],
  ['case(bool(null), 1, true, 2, 3)', 2n],
  ["coalesce('', 'b')", 'b'],
  ["round(convert_length(1.2, 'Meter', 'Foot'), 11)", 3.93700787402],
  ["round(convert_energy(1.2, 'Joule', 'BritishThermalUnit'), 11)", 0.00113738054],
  ["round(convert_temperature(1.2, 'Kelvin', 'DegreeCelsius'), 9)", -271.95],
  ["round(convert_speed(36, 'KilometerPerHour', 'MeterPerSecond'), 9)", 10],
  ['max_of(1, long(null), 3)', 3n],
  ['series_multiply(dynamic([1,2]), dynamic([3,null]))', '[3,null]'],
  ['series_fill_backward(dynamic([1,null,3,null]))', '[1,3,3,null]'],
  ['series_fill_linear(dynamic([null,1,null,3]))', '[1,1,2,3]'],
  ['series_stats_dynamic(dynamic([1,3])).stdev', '1.4142135623730951'],
];

describe('scalar functions', () => {
  let connection: DuckDBConnection;
  before(async () => {
    connection = await openDatabase();
  });
  after(() => {
    connection.closeSync();
  });

  for (const [expression, expected] of cases) {
    it(`${expression} is ${String(expected)}`, async () => {
      const [value] = await kqlRow(connection, `print v = ${expression}`);
      assert.deepEqual(value, expected);
    });
  }

  it('give the same for values of a table as for constants', async () => {
    const query = `datatable(s:string, t:datetime, n:long)['2020-06-15T13:45:09.1234567Z', datetime(2020-06-15 13:45:09.1234567), 3]
      | project todatetime(s) == t, format_datetime(t, 'fffffff'), tostring(t) == s, substring(s, n, 1)`;
    assert.deepEqual(await kqlRow(connection, query), [true, '1234567', true, '0']);
  });

  it('sort several arrays by the first, and drop one of another length', async () => {
    const query = `print a=dynamic([3,1,null,2]), b=dynamic(['c','a','x','b']), c=dynamic([1])
      | project array_sort_asc(a, b, c)`;
    assert.deepEqual(await kqlRow(connection, query), ['[1,2,3,null]', '["a","b","c","x"]', null]);
  });

  it('refuse a pattern that RE2 cannot run, at the pattern', async () => {
    const [kind, message] = await kqlRow(connection, "print extract('(?=a)', 0, 'a')");
    assert.equal(kind, 'semantic');
    assert.match(String(message), /look-around/);
  });

  it('are found by names that DuckDB knows once', () => {
    const names = [...jsFunctions.map(({ name }) => name), ...functionMacros.map(macroName)];
    assert.deepEqual(names, [...new Set(names)]);
    const known = new Set(names);
    for (const macro of functionMacros) {
      const called = macro.match(/kql_\w+(?=\()/g) ?? [];
      assert.deepEqual(
        called.filter((name) => !known.has(name)),
        [],
      );
    }
  });

  it('say how they differ where they do', () => {
    for (const [name, entry] of scalarFunctions) {
      if (entry.support === 'differs') assert.match(entry.how, /\.$/, name);
    }
  });
});

function macroName(macro: string): string {
  return /MACRO (\w+)\(/.exec(macro)?.[1] ?? macro;
}
