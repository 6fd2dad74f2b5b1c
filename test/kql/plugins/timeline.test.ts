/** Plugins that follow ids over time, on tables small enough to count by hand. */
import { testGoldens, testRefusals } from '../goldens.ts';
import type { TitledGolden } from '../goldens.ts';

const visits = `let Visits = datatable(user: string, t: datetime, site: string)[
  'a', datetime(2024-01-01 08:00), 'x', 'b', datetime(2024-01-01 09:00), 'y',
  'a', datetime(2024-01-02 08:00), 'x', 'c', datetime(2024-01-02 10:00), 'y',
  'c', datetime(2024-01-04 10:00), 'y'];\n`;
const days = 'datetime(2024-01-01), datetime(2024-01-04 23:59)';
const day = (n: number): string => `2024-01-0${n}T00:00:00.0000000Z`;

const goldens: readonly TitledGolden[] = [
  [
    'counts events and ids of sliding windows, empty days included',
    `${visits}Visits | evaluate sliding_window_counts(user, t, ${days}, 2d, 1d)`,
    't:datetime Count:long Dcount:long',
    [
      [day(1), 2, 2],
      [day(2), 4, 3],
      [day(3), 2, 2],
      [day(4), 1, 1],
    ],
  ],
  [
    'counts what came before the start into the first windows',
    `${visits}Visits | evaluate sliding_window_counts(user, t, datetime(2024-01-02), datetime(2024-01-02 23:00), 2d, 1d)`,
    't:datetime Count:long Dcount:long',
    [[day(2), 4, 3]],
  ],
  [
    'takes weeks of the calendar, and dimensions',
    `${visits}Visits | evaluate sliding_window_counts(user, t, ${days}, 1d, 'week', site) | sort by site asc`,
    't:datetime site:string Count:long Dcount:long',
    [
      ['2023-12-31T00:00:00.0000000Z', 'x', 2, 1],
      ['2023-12-31T00:00:00.0000000Z', 'y', 3, 2],
    ],
  ],
  [
    'slides over numbers that are not whole',
    `datatable(u: string, n: real)['a', 1.5, 'b', 2.5, 'a', 2.7] | evaluate sliding_window_counts(u, n, 1.0, 5.0, 2.0, 1.0)`,
    'n:real Count:long Dcount:long',
    [
      [1, 1, 1],
      [2, 3, 2],
      [3, 2, 2],
    ],
  ],
  [
    'finds the users active on enough days; the time of looking back does not hold its first instant',
    `datatable(u: string, t: datetime)['a', datetime(2024-01-01), 'a', datetime(2024-01-02), 'a', datetime(2024-01-03),
      'b', datetime(2024-01-01), 'b', datetime(2024-01-03)]
    | evaluate active_users_count(u, t, datetime(2024-01-01), datetime(2024-01-31), 2d, 1d, 2, 1d)`,
    't:datetime dcount:long',
    [
      [day(2), 1],
      [day(3), 1],
    ],
  ],
  [
    'relates the ids of a day to those of two',
    `${visits}Visits | evaluate activity_engagement(user, t, ${days}, 1d, 2d)`,
    't:datetime dcount_activities_inner:long dcount_activities_outer:long activity_ratio:real',
    [
      [day(1), 2, 2, 1],
      [day(2), 2, 3, 2 / 3],
      [day(3), 0, 2, 0],
      [day(4), 1, 1, 1],
    ],
  ],
  [
    'takes the period of all events where none is given',
    `${visits}Visits | evaluate activity_engagement(user, t, 1d, 2d) | project dcount_activities_inner`,
    'dcount_activities_inner:long',
    [[2], [2], [0], [1]],
  ],
  [
    'compares the ids of a window with those of the one before',
    `${visits}Visits | evaluate activity_metrics(user, t, ${days}, 1d)`,
    't:datetime dcount_values:long dcount_newvalues:long retention_rate:real churn_rate:real',
    [
      [day(1), 2, 2, 'NaN', 'NaN'],
      [day(2), 2, 1, 0.5, 0.5],
      [day(4), 1, 1, 'NaN', 'NaN'],
    ],
  ],
  [
    'begins where a query says',
    `${visits}let start = toscalar(Visits | summarize min(startofday(t)));
    Visits | evaluate activity_metrics(user, t, start, datetime(2024-01-02 23:00), 1d) | project dcount_values`,
    'dcount_values:long',
    [[2], [2]],
  ],
  [
    'compares months',
    `datatable(u: string, t: datetime)['a', datetime(2024-01-31), 'b', datetime(2024-01-02), 'a', datetime(2024-02-10)]
    | evaluate activity_metrics(u, t, datetime(2024-01-01), datetime(2024-02-29), 'month') | project dcount_values, churn_rate`,
    'dcount_values:long churn_rate:real',
    [
      [2, 'NaN'],
      [1, 0.5],
    ],
  ],
  [
    'follows each cohort of new ids',
    `${visits}Visits | evaluate new_activity_metrics(user, t, datetime(2024-01-01), datetime(2024-01-02 23:00), 1d)`,
    'from_t:datetime to_t:datetime dcount_new_values:long dcount_retained_values:long dcount_churn_values:long retention_rate:real churn_rate:real',
    [
      [day(1), day(1), 2, 2, 0, 1, 0],
      [day(1), day(2), 1, 1, 1, 0.5, 0.5],
      [day(2), day(2), 1, 1, 0, 1, 0],
    ],
  ],
  [
    'follows one cohort, without the ids known before',
    `${visits}let Known = datatable(user: string)['b'];
    Visits | evaluate new_activity_metrics(user, t, datetime(2024-01-01), datetime(2024-01-02 23:00), 1d, datetime(2024-01-01), Known)
    | project to_t, dcount_new_values, dcount_retained_values, dcount_churn_values`,
    'to_t:datetime dcount_new_values:long dcount_retained_values:long dcount_churn_values:long',
    [
      [day(1), 1, 1, 0],
      [day(2), 1, 1, 0],
    ],
  ],
  [
    'counts the sessions that begin in each window',
    `datatable(u: string, n: long)['a', 1, 'a', 3, 'a', 11, 'b', 12, 'a', 30] | evaluate session_count(u, n, 1, 40, 10, 8)`,
    'n:long count_sessions:long',
    [
      [1, 1],
      [11, 1],
      [21, 1],
    ],
  ],
  [
    'takes a percentile over the last bins',
    `range i from 1 to 8 step 1 | extend side = iff(i % 2 == 0, 'even', 'odd')
    | evaluate rolling_percentile(i, 50, i, 4, 2, side) | sort by side asc, i asc`,
    'i:long side:string rolling_2_percentile_i_50:long',
    [
      [0, 'even', 2],
      [4, 'even', 4],
      [8, 'even', 6],
      [0, 'odd', 1],
      [4, 'odd', 3],
    ],
  ],
];

describe('plugins over a timeline', () => {
  testGoldens(goldens);
  testRefusals([
    [
      `${visits}Visits | evaluate activity_metrics(user, t, ${days}, 'moon')`,
      'semantic',
      /'week', 'month' or 'year'/,
    ],
    [`${visits}Visits | evaluate activity_metrics(user, t, ${days}, 0d)`, 'semantic', /window above zero/],
    [
      `${visits}Visits | evaluate sliding_window_counts(user, t, ${days}, 365d, 1tick)`,
      'runtime',
      /more than 100000 windows/,
    ],
  ]);
});
