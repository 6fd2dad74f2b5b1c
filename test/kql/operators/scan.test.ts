/** `scan`: what each step puts out. */
import { itGives } from '../goldens.ts';

const events = `let Events = datatable(t:long, e:string, note:string)[1,'Start','a', 2,'B','b', 3,'D','c', 4,'Stop','d', 6,'C','e', 8,'Start','f', 11,'E','g', 12,'Stop','h'];
Events | sort by t asc | scan with_match_id=m with `;
const steps = (output: string): string =>
  `(step s1: e == 'Start'; step s2 ${output}: e != 'Start' and e != 'Stop' and t - s1.t <= 5; step s3: e == 'Stop' and t - s1.t <= 5;)`;

describe('scan', () => {
  itGives([
    ['range x from 1 to 4 step 1 | scan declare (c:long=0) with (step s: true => c = x + s.c;)', 'x c', [[1, 1], [2, 3], [3, 6], [4, 10]]],
    ['range x from 1 to 4 step 1 | scan declare (c:long=0) with (step s output=last: true => c = x + s.c;)', 'x c', [[4, 10]]],
    [`${events}${steps('')} | project t, m, note`, 't m note', [[1, 0, 'a'], [2, 0, 'b'], [3, 0, 'c'], [4, 0, 'd'], [8, 1, 'f'], [11, 1, 'g'], [12, 1, 'h']]],
    [`${events}${steps('output=last')} | project t, m`, 't m', [[1, 0], [3, 0], [4, 0], [8, 1], [11, 1], [12, 1]]],
    [`${events}${steps('output=none')} | project t`, 't', [[1], [4], [8], [12]]],
    ['print x = 1 | scan declare (y:long=7) with (step s output=none: true;)', 'x y', []],
    ['let limit = toscalar(print 2); range x from 1 to 4 step 1 | scan with (step s: x <= limit;) | count', 'Count', [[2]]],
    // Subqueries beside a step's state.
    ['let limit = toscalar(print 2); range x from 1 to 4 step 1 | scan with (step a: x == 1; step b: x - a.x < limit;) | project x', 'x', [[1], [2]]],
    ['range x from 1 to 5 step 1 | scan with (step a: x in ((range y from 2 to 3 step 1)); step b: x > a.x + 1;) | project x', 'x', [[2], [3], [5]]],
    ['let Words = datatable(w:string)["cmd", "net"]; datatable(p:string)["x cmd", "y", "net"] | scan with (step s: p has_any (Words);)', 'p', [['x cmd'], ['net']]],
    // Rows that match no step stand between those that do, whatever the step that names a state.
    ['range x from 1 to 9 step 1 | scan with (step a: (x % 4 == 1 and x < 9); step b: x % 4 == 3 and x - a.x == 2 or x == 9;) | project x', 'x', [[1], [3], [5], [7], [9]]],
    // Partitions, and long sequences.
    ['range x from 1 to 1000 step 1 | scan with_match_id=m declare (c:long=0) with (step s output=last: true => c = s.c + x;) | project x, m, c', 'x m c', [[1000, 999, 500500]]],
    ['range x from 0 to 8 step 1 | extend k = x % 3 | partition hint.strategy=native by k (sort by x asc | scan declare (c:long=0) with (step s: true => c = s.c + x;)) | sort by x asc | project c', 'c', [[0], [1], [2], [3], [5], [7], [9], [12], [15]]],
    ['datatable(x:long, t:string)[1, "b", 2, "a", 3, "(SELECT "] | scan with_match_id=m with (step a: t == "b"; step b: t == "(SELECT " and a.x == 1;) | project x, m', 'x m', [[1, 0], [3, 0]]],
  ]); // prettier-ignore
});
