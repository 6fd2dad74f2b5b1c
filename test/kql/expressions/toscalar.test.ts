/** `toscalar()` inside of arithmetic and functions that guard against overflow. */
import { itGives } from '../goldens.ts';

const table = 'let T = datatable(N:long)[1, 2];';

describe('toscalar() as a value among others', function () {
  this.timeout(30_000);
  itGives([
    [
      `${table} let Total = toscalar(T | count); T | extend M = Total - N`,
      'N M',
      [
        [1, 1],
        [2, 0],
      ],
    ],
    [`${table} T | where N % toscalar(T | count) == 0`, 'N', [[2]]],
    [
      `${table} T | extend M = -toscalar(T | count), A = abs(N - toscalar(T | count))`,
      'N M A',
      [
        [1, -2, 1],
        [2, -2, 0],
      ],
    ],
    [
      `${table} print A = toscalar(T | count) + 1, B = toscalar(T | count) * toscalar(T | summarize sum(N)) - 1`,
      'A B',
      [[3, 5]],
    ],
    [`${table} range N from 1 to toscalar(T | count) + 1 step 1`, 'N', [[1], [2], [3]]],
    [
      `${table} T | summarize S = sum(N * toscalar(T | count)) by K = toscalar(T | count) + N | sort by K asc`,
      'K S',
      [
        [3, 2],
        [4, 4],
      ],
    ],
    [`${table} T | order by toscalar(T | count) - N asc | take toscalar(T | count) - 1`, 'N', [[2]]],
    [
      `${table} T | mv-apply M = range(1, toscalar(T | count) + N) to typeof(long) on (where M > 3)`,
      'N M',
      [[2, 4]],
    ],
    [
      `${table} let f = (x: long) { x + toscalar(T | count) }; T | extend F = f(N) | where N + toscalar(T | count) > 3`,
      'N F',
      [[2, 4]],
    ],
    [
      `${table} T | summarize L = make_list(N + toscalar(T | count)), C = countif(N - toscalar(T | count) > -1)`,
      'L C',
      [['[3,4]', 1]],
    ],
    [
      `${table} print Day = tostring(datetime(2024-01-01) + toscalar(T | count) * 1d), Text = base64_decode_tostring(toscalar(print base64_encode_tostring("a")))`,
      'Day Text',
      [['2024-01-03T00:00:00.0000000Z', 'a']],
    ],
  ]);
});
