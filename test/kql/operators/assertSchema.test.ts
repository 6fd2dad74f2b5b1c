import { itGives } from '../goldens.ts';

describe('operators and names with a reason of their own', () => {
  itGives(
    [
      ['print a = 1, b = "x" | assert-schema (a: long, b: string) | project b', 'b', [['x']]],
      ['datatable(k: int, v: int)[1, 2, 1, 3, 2, 5] | __partitionby k (top 1 by v) | sort by k asc', 'k v', [[1, 3], [2, 5]]], // prettier-ignore
    ],
    [
      ['print a = 1 | assert-schema (a: int)', 'semantic', /have the columns \(a: long\)/],
      ['print a = 1, b = 2 | assert-schema (b: long, a: long)', 'semantic', /a: long, b: long/],
      ['print a = 1 | assert-schema (a: long, b: long)', 'semantic', /\(a: long\)/],
      ['print a = 1 | sort by a asc | extend row_rank(a)', 'unsupported', /write row_rank_dense\(\)/],
      [
        'print a = 1 | extend current_cursor()',
        'unsupported',
        /filter by time.*Azure Data Explorer or Fabric/,
      ],
    ],
  );
});
