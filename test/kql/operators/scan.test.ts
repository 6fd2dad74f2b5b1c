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
  ]); // prettier-ignore
});
