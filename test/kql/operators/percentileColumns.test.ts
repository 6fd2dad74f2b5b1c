/** `percentiles()` and `percentilesw()` give a column for each percentage. */
import { itGives } from '../goldens.ts';

const waits = 'datatable(w:long, n:long)[10,1, 20,2, 30,1, long(null),5, 40,0]';

describe('percentiles in summarize', () => {
  itGives(
    [
      [`${waits} | summarize percentiles(w, 25, 50, 99.9)`, 'percentile_w_25 percentile_w_50 percentile_w_99_9', [[10, 20, 40]]],
      [`${waits} | summarize (low, high) = percentiles(w, 5, 95), count()`, 'low high count_', [[10, 40, 5]]],
      [`${waits} | summarize percentilesw(w, n, 25, 50, 100)`, 'percentile_w_25 percentile_w_50 percentile_w_100', [[10, 20, 30]]],
      [`${waits} | where w > 99 | summarize percentiles(w, 5, 50)`, 'percentile_w_5 percentile_w_50', [[null, null]]],
      ['datatable(t:timespan)[1h, 3h] | summarize percentiles(t, 50, 100)', 'percentile_t_50 percentile_t_100', [['01:00:00', '03:00:00']]],
      ['datatable(t:datetime)[datetime(2020-01-01)] | summarize percentiles_array(t, 50)', 'percentiles_t', [['["2020-01-01T00:00:00.0000000Z"]']]],
      [`${waits} | summarize percentiles(w, 50) + 1`, 'Column1', [[21]]],
    ], // prettier-ignore
    [
      [`${waits} | summarize percentiles(w, 101)`, 'semantic', /percentage from 0 to 100/],
      [`${waits} | make-series percentiles(w, 5, 50) on n step 1`, 'unsupported', /several percentages/],
      [`${waits} | summarize percentiles(w, n)`, 'semantic', /constant/],
    ],
  );
});
