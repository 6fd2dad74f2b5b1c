/** A handful of queries of each family of cases; rows are reasoned from the language's definition. */
import { itGives } from '../goldens.ts';
import type { Golden } from '../goldens.ts';

const visits = 'datatable(u:string, n:long)["a", 1, "b", 2, "a", long(null)]';
const sides =
  'let L = datatable(k:long, l:string)[1, "a", 1, "b", 2, "c"]; let R = datatable(k:long, r:string)[1, "x", 3, "y"];';
const events = `let Events = datatable(Time:datetime, Device:string, Cmd:string, Ok:bool)[
  datetime(2024-01-01 10:00), "pc1", "powershell -enc AAA", false,
  datetime(2024-01-01 10:01), "pc1", "mimikatz.exe", false,
  datetime(2024-01-01 10:02), "pc1", "whoami", false,
  datetime(2024-01-01 10:03), "pc2", "encoder.exe", true];`;

const families: Readonly<Record<string, readonly Golden[]>> = {
  aggregation: [
    [`${visits} | summarize c = count(), s = sum(n), a = avg(n), d = dcount(u)`, 'c s a d', [[3, 3, 1.5, 2]]],
    [`${visits} | summarize countif(n > 1), m = max(n) by u | sort by u asc`, 'u countif_ m', [['a', 0, 1], ['b', 1, 2]]],
    [`${visits} | summarize arg_max(n, *) by u | sort by u asc`, 'u n', [['a', 1], ['b', 2]]],
    [`${visits} | summarize l = make_list(n) | project l = tostring(l)`, 'l', [['[1,2]']]],
    ['datatable(n:long)[] | summarize count()', 'count_', [[0]]],
    ['datatable(n:long)[] | summarize count() by n', 'n count_', []],
  ],
  'datetime-timespan': [
    ["print d = datetime_diff('hour', datetime(2024-01-02), datetime(2024-01-01))", 'd', [[24]]],
    ["print x = format_datetime(bin(datetime(2024-03-05 10:47:12), 15m), 'HH:mm')", 'x', [['10:45']]],
    ["print s = format_datetime(startofweek(datetime(2024-01-10)), 'yyyy-MM-dd')", 's', [['2024-01-07']]],
    ["print m = format_datetime(datetime_add('month', 1, datetime(2024-01-31)), 'yyyy-MM-dd')", 'm', [['2024-02-29']]],
    ['print t = 90m / 1h', 't', [[1.5]]],
    ['print a = datetime(2024-01-01) between (datetime(2023-12-31) .. 1d)', 'a', [[true]]],
  ],
  'dynamic-json': [
    ['print a = tolong(dynamic({"k": {"v": [1, 2]}}).k.v[-1])', 'a', [[2]]],
    ['print n = isnull(dynamic({"a": 1}).b)', 'n', [[true]]],
    [`print t = gettype(parse_json('{"a": [1]}').a)`, 't', [['array']]],
    ['print l = array_length(dynamic([1, 2, 3]))', 'l', [[3]]],
    ['datatable(k:string, d:dynamic)["x", dynamic([1, 2])] | mv-expand d to typeof(long)', 'k d', [['x', 1], ['x', 2]]],
  ],
  'joins-lookup-union': [
    [`${sides} L | join kind=inner R on k | sort by l asc`, 'k l k1 r', [[1, 'a', 1, 'x'], [1, 'b', 1, 'x']]],
    [`${sides} L | join R on k | count`, 'Count', [[1]]],
    [`${sides} L | join kind=leftanti R on k`, 'k l', [[2, 'c']]],
    [`${sides} L | join kind=rightsemi R on k`, 'k r', [[1, 'x']]],
    [`${sides} L | lookup R on k | sort by l asc`, 'k l r', [[1, 'a', 'x'], [1, 'b', 'x'], [2, 'c', '']]],
    ['union (print a = 1), (print b = "x") | count', 'Count', [[2]]],
  ],
  'nested-pipelines-let-cte': [
    ['let f = (x:long) { x * 2 }; print y = f(f(3))', 'y', [[12]]],
    ['let T = range i from 1 to 4 step 1; let Two = T | top 2 by i; Two | summarize s = sum(i)', 's', [[7]]],
    ['let m = toscalar(range i from 1 to 3 step 1 | summarize max(i)); range i from 1 to 5 step 1 | where i > m', 'i', [[4], [5]]],
    ['let T = view () { print a = 1 }; T | extend b = a + 1', 'a b', [[1, 2]]],
  ],
  'null-and-edge': [
    ['datatable(n:long)[1, long(null)] | where n == 1 | count', 'Count', [[1]]],
    ['print e = isnull(long(null) + 1)', 'e', [[true]]],
    ['print s = isempty(""), n = isnull("")', 's n', [[true, false]]],
    ['print c = coalesce(long(null), 5)', 'c', [[5]]],
    ['datatable(n:long)[2, long(null), 1] | sort by n asc | project t = isnull(n)', 't', [[true], [false], [false]]],
  ],
  'parse-search': [
    ['print s = "user=bob id=7" | parse s with "user=" u " id=" id:long | project u, id', 'u id', [['bob', 7]]],
    ['print s = "nothing" | parse-where s with "user=" u | count', 'Count', [[0]]],
    ['datatable(a:string, b:string)["alpha", "x", "beta", "y"] | search "alpha" | count', 'Count', [[1]]],
    ['print e = extract(@"(\\d+)-(\\d+)", 2, "10-20")', 'e', [['20']]],
    ['print s = "a=1,b=2" | parse-kv s as (a:long, b:long) with (pair_delimiter=",", kv_delimiter="=") | project a, b', 'a b', [[1, 2]]],
  ],
  'string-ops': [
    ['print a = "cmd.exe /c" has "exe", b = "cmdexe" has "exe", c = "cmdexe" contains "EXE"', 'a b c', [[true, false, true]]],
    ['print s = substring("abcdef", 1, 3), r = reverse("abc"), i = indexof("abcabc", "c", 3)', 's r i', [['bcd', 'cba', 5]]],
    ['print t = trim("-", "-a-"), u = toupper("ab"), j = strcat_delim("/", "a", 1)', 't u j', [['a', 'AB', 'a/1']]],
    ['print e = "abc" =~ "ABC", n = "abc" == "ABC", x = tostring(split("a,b", ",")[1])', 'e n x', [[true, false, 'b']]],
  ],
  'type-casts-coercion': [
    ['print a = toint("12"), b = isnull(tolong("x")), c = tolong(3.9)', 'a b c', [[12, true, 3]]],
    ['print a = todouble("1.5"), b = tobool("true"), d = 7 / 2, r = 7 / 2.0', 'a b d r', [[1.5, true, 3, 3.5]]],
    ['print t = totimespan("1.02:00:00") / 1h', 't', [[26]]],
    ['print h = tohex(255), n = tolong("0xff")', 'h n', [['ff', 255]]],
  ],
  'window-series-scan': [
    ['range i from 1 to 3 step 1 | serialize p = prev(i, 1, 0), n = next(i, 1, 0), r = row_number(), c = row_cumsum(i)', 'i p n r c', [[1, 0, 2, 1, 1], [2, 1, 3, 2, 3], [3, 2, 0, 3, 6]]],
    ['range t from 1 to 5 step 2 | make-series c = count() on t from 1 to 6 step 1 | project x = tostring(c)', 'x', [['[1,0,1,0,1]']]],
    ['range i from 1 to 3 step 1 | serialize | scan declare (s:long = 0) with (step a: true => s = i + a.s;)', 'i s', [[1, 1], [2, 3], [3, 6]]],
    ['print m = tolong(series_stats_dynamic(dynamic([1, 2, 3])).max)', 'm', [[3]]],
  ],
  'documented queries': [
    ['datatable(d:dynamic)[dynamic({"a": 1, "b": "x"})] | evaluate bag_unpack(d)', 'a b', [[1, 'x']]],
    ['datatable(u:string, k:string)["a", "x", "a", "y", "b", "x"] | evaluate pivot(k) | sort by u asc', 'u x y', [['a', 1, 1], ['b', 1, 0]]],
    ['print i = ipv4_is_in_range("10.1.2.3", "10.0.0.0/8"), p = ipv4_is_private("8.8.8.8")', 'i p', [[true, false]]],
  ],
  'tests of other engines': [
    ['print b = bin(7, 5), c = iff(1 < 2, "y", "n"), d = case(false, 1, 2)', 'b c d', [[5, 'y', 2]]],
    ['range i from 10 to 1 step -3', 'i', [[10], [7], [4], [1]]],
    ['range i from 1 to 5 step 1 | sort by i desc | take 2', 'i', [[5], [4]]],
  ],
  'hunting queries': [
    [`${events} Events | where Cmd has_any ("mimikatz", "enc") | summarize n = count() by Device`, 'Device n', [['pc1', 2]]],
    [`${events} Events | where not(Ok) | summarize n = count() by Device, bin(Time, 5m) | where n >= 3 | project Device, n`, 'Device n', [['pc1', 3]]],
    [`${events} Events | sort by Device asc, Time asc | extend gap = iff(Device == prev(Device), (Time - prev(Time)) / 1m, 0.0) | summarize g = max(gap) by Device | sort by Device asc`, 'Device g', [['pc1', 1], ['pc2', 0]]],
    [`${events} Events | summarize arg_min(Time, Cmd) by Device | sort by Device asc | project Device, Cmd`, 'Device Cmd', [['pc1', 'powershell -enc AAA'], ['pc2', 'encoder.exe']]],
  ],
}; // prettier-ignore

for (const [family, goldens] of Object.entries(families)) {
  describe(`queries of the family ${family}`, () => {
    itGives(goldens);
  });
}
