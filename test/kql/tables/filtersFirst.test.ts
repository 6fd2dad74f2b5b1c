import assert from 'node:assert/strict';
import { translate } from '../../../src/kql/translate.ts';
import { itGives } from '../goldens.ts';

const rows = 'datatable(a: long, t: string)[1, \'{"x": 1, "b": 5}\', 2, \'{"x": 2, "b": 6}\', 3, ""]';

describe('filters before the columns that they do not read', () => {
  itGives([
    [`${rows} | extend b = a * 10 | where a > 1 | project a, b`, 'a b', [[2, 20], [3, 30]]], // prettier-ignore
    [`${rows} | extend d = parse_json(t) | extend x = tolong(d.x) | where d.b == 6 | project a, x`, 'a x', [[2, 2]]], // prettier-ignore
    // A column that is replaced is read as it is after that.
    [`${rows} | extend a = a * 10 | where a > 15 | project a`, 'a', [[20], [30]]],
    [
      `${rows} | extend (a, c) = series_fit_line(dynamic([2, 4, 6])) | where a == 1.0 | count`,
      'Count',
      [[3]],
    ],
    // Members' names are no columns' names.
    [`${rows} | extend d = parse_json(t) | extend x = 9, b = 1 | where d.x == 2 | project a, x`, 'a x', [[2, 9]]], // prettier-ignore
    [`${rows} | extend k = "x" | extend d = parse_json(t) | where d[k] == 2 | project a`, 'a', [[2]]],
    // A window function sees the rows before the filter.
    [`${rows} | serialize | extend p = prev(a) | where a > 1 | project a, p`, 'a p', [[2, 1], [3, 2]]], // prettier-ignore
    [`${rows} | serialize | extend b = 1 | where row_number() > 1 | project a`, 'a', [[2], [3]]],
    // Functions of the query's own, and conditions on any column.
    [`let tolower = (s: string) { "v" }; ${rows} | extend s = tolower(t) | where a > 2 | project s`, 's', [['v']]], // prettier-ignore
    [`${rows} | extend s = "needle" | where * has "needle" | count`, 'Count', [[3]]],
    [`${rows} | extend s = "v" | where pack_all().s == "v" | count`, 'Count', [[3]]],
    // A subquery of the filter names columns of its own.
    [`${rows} | extend s = a | where a in ((print s = 2 | project s)) | project s`, 's', [[2]]],
  ]);

  it('stand first in the statement', () => {
    const schema = { tables: [{ name: 'T', columns: [{ name: 'a', type: 'long' as const }] }] };
    const text = 'T | extend b = 1 | extend c = 2 | where a > 1 | where b > 0 | project b, c';
    const translation = translate({ text, schema, nowTicks: 0n });
    assert.ok(translation.ok);
    const steps = translation.queries[0]?.sql.match(/\w+(?=_\d+ AS)/g);
    assert.deepEqual(steps, ['where', 'extend', 'where', 'extend', 'project']);
  });
});
