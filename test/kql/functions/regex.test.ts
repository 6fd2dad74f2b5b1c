/** Regular expressions as Kusto writes them, and what DuckDB's RE2 must be told otherwise. */
import { itGives } from '../goldens.ts';

const manyTerms = Array.from({ length: 3000 }, (_, index) => `'Get-AzureThing${index}', '${index}.exe'`).join(
  ', ',
);

describe('regular expressions', () => {
  itGives(
    [
      ['print extract(@"([\\u02B0-\\u02FF]+)", 1, "ab\\u02B1\\u02B2c")', 'print_0', [['ʱʲ']]],
      ['print extract("(?<n>\\\\d+)", 1, "ab12"), extract("(a)(b)", 3, "ab")', 'print_0 print_1', [['12', '']]],
      ['print g = 2 | extend extract("(a)(b)", g, "ab")', 'g Column1', [[2, 'b']]],
      ['print extract_all(@"(?P<first>\\w)(\\w+)(?P<last>\\w)", dynamic(["last", 1]), "abcd efgh")', 'print_0', [['[["d","a"],["h","e"]]']]],
      ['print a = indexof_regex("abcabcdefg", "a.c", 0, 9, 2), b = indexof_regex("abcabc", "a.c", 1, -1, 2), c = indexof_regex("abcabc", "a", -1)', 'a b c', [[3, -1, null]]],
      [`datatable(s:string)['run Get-AzureThing7 now', 'xGet-AzureThing7', '77.exe', '7'] | where s has_any (${manyTerms})`, 's', [['run Get-AzureThing7 now'], ['77.exe']]],
    ], // prettier-ignore
    [
      ['print extract("a(?=b)", 0, "ab")', 'semantic', /look-around/],
      ['print extract_all("(?P<x>a)", dynamic(["y"]), "a")', 'semantic', /no group "y"/],
    ],
  );
});

describe('parse', () => {
  const trace = `datatable(s:string)['Event (name=Pipe, slices=27, n=15, at=later', 'Event (name=Pipe, slices=many, n=20, at=02/17/2016 08:40:01']`;
  itGives([
    [
      `${trace} | parse kind=relaxed s with * "name=" name ", slices=" slices:long ", n=" n:long * "at=" at:datetime | project-away s`,
      'name slices n at',
      [
        ['Pipe', 27, 15, null],
        ['Pipe', null, 20, '2016-02-17T08:40:01.0000000Z'],
      ],
    ],
    [`${trace} | parse kind=regex flags=Ui s with * "NAME=" name ',' * | distinct name`, 'name', [['Pipe']]],
    [
      'print s = "a-\\u2010-b" | parse kind=regex s with a @"-\\u2010-" b | project a, b',
      'a b',
      [['a', 'b']],
    ],
  ]);
});
