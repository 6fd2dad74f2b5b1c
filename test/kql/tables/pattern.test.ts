/** `declare pattern`, views as sources of a union, and what only a service has. */
import { itGives } from '../goldens.ts';

const capitals = `declare pattern country = (name:string)[state:string] {
  ("USA").["New York"] = { print Capital = "Albany" };
  ("Canada").["Alberta"] = { let c = "Edmonton"; print Capital = c, Country = name, State = state };
};`;
const places = 'declare pattern place = (ip:string) { ("10.0.0.1") = { print Lat = 1.5, ip = ip }; };';

describe('declare pattern', () => {
  itGives(
    [
      [`${capitals} country("USA").["New York"]`, 'Capital', [['Albany']]],
      [`${capitals} country("Canada").Alberta`, 'Capital Country State', [['Edmonton', 'Canada', 'Alberta']]],
      [`${capitals} union country("USA").["New York"], country('Canada').Alberta | count`, 'Count', [[2]]],
      [`${places} place("10.0.0.1") | extend x = 1`, 'Lat ip x', [[1.5, '10.0.0.1', 1]]],
    ],
    [[`${capitals} country("Canada").Ontario`, 'semantic', /Ontario/]],
  );
});

describe('union withsource', () => {
  itGives([
    [
      'let A = view () { print x = 1 }; let B = view () { print x = 2 }; union withsource=T A, B, (print x = 3) | sort by x asc',
      'T x',
      [['A', 1], ['B', 2], ['union_arg2', 3]], // prettier-ignore
    ],
  ]);
});

describe('what only a service has', () => {
  itGives(
    [],
    [
      ["cluster('c').database('d').T | take 1", 'unsupported', /database|cluster/],
      ["database('d').T", 'unsupported', /database/],
      ["external_table('t')", 'unsupported', /external table/],
      ["materialized_view('v')", 'unsupported', /materialized view/],
      ["workspace('w').T", 'unsupported', /workspace/],
      ['alias database d = cluster("c").database("d"); print 1', 'unsupported', /alias database/],
      ['let T = view () { print 1 }; restrict access to (T); T', 'unsupported', /restrict access/],
    ],
  );
});
