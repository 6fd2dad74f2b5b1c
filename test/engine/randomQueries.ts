/** Queries over a table T(n, s, d, t) and an empty U, most of which cannot run. */
import fc from 'fast-check';

const values = fc.constantFrom(
  '1', '-1', '0', '1.5', '"x"', '""', '"("', '"a{9999}"', '"(?=x)"', '"\\\\"', 'true', 'null', 'dynamic(null)',
  'dynamic([1,"a",null])', 'dynamic({"a":{"b":1}})', 'datetime(null)', 'datetime(9999-12-31T23:59:59)', '1d',
  'timespan(106751.23:47:16)', '9223372036854775807', '-9223372036854775807', '1e308', 'real(nan)', 'real(+inf)',
  'int(2147483647)', 'decimal(1e27)', 'guid(null)', 'n', 's', 'd', 't', 'Missing', '[1]', 'd.a[0]', 'd["a"]',
); // prettier-ignore
const operators = fc.constantFrom(
  '+',
  '-',
  '*',
  '/',
  '%',
  '==',
  '<',
  'has',
  'contains',
  'in',
  'matches regex',
  '!~',
  'and',
  'has_any',
  'between',
);
const functions = fc.constantFrom(
  'toint', 'tolong', 'todatetime', 'toguid', 'todecimal', 'exp10', 'pow', 'gamma', 'log', 'sqrt', 'abs', 'bin', 'substring', 'strrep',
  'repeat', 'range', 'extract', 'extract_all', 'replace_regex', 'split', 'parse_json', 'parse_xml', 'parse_url', 'base64_decode_tostring',
  'gzip_decompress_from_base64_string', 'array_slice', 'array_concat', 'series_fft', 'series_fit_line', 'datetime_add', 'format_datetime',
  'make_datetime', 'unixtime_milliseconds_todatetime', 'ipv4_is_in_range', 'binary_shift_left', 'hash', 'unicode_codepoints_to_string',
  'make_string', 'toscalar', 'bag_merge', 'zip', 'python', 'cluster', 'nosuch',
); // prettier-ignore
const expression = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    values,
    fc
      .tuple(tie('any'), operators, tie('any'))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc
      .tuple(functions, fc.array(tie('any'), { maxLength: 3 }))
      .map(([name, args]) => `${name}(${args.join(', ')})`),
  ),
})).any;
const step = fc.oneof(
  expression.map((e) => `where ${e}`),
  expression.map((e) => `extend x = ${e}`),
  expression.map((e) => `summarize sum(${e}), make_list(${e}) by bin(n, 2)`),
  expression.map((e) => `mv-expand x = ${e}`),
  expression.map((e) => `top 2 by ${e}`),
  expression.map((e) => `take ${e}`),
  expression.map((e) => `evaluate bag_unpack(${e})`),
  expression.map((e) => `make-series c = count() on t step ${e} by s`),
  expression.map((e) => `join kind=inner (T | extend y = ${e}) on $left.n == $right.y`),
  fc.constantFrom('evaluate python(typeof(*), "x")', 'evaluate pivot(s)', 'parse s with * "(" a:long ")" *', 'as ["a\\"b"]', 'as main', 'as information_schema', 'parse-kv s as (a:int) with (regex="(")', 'invoke nosuch()', 'project-away *', 'order by', 'limit -1', '| |', 'serialize | extend p = prev(n, -5)', 'render nosuch'),
); // prettier-ignore
export const query = fc.tuple(fc.constantFrom('T', 'print n = 1, s = "a", d = dynamic({}), t = now()', 'union T, U', 'Nope', 'range n from 1 to 3 step 0'), fc.array(step, { maxLength: 3 }))
  .map(([source, steps]) => [source, ...steps].join('\n| ')); // prettier-ignore
