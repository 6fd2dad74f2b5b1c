/** Functions that ask the service, the options of the query or the row about itself. */
import { itGives } from '../goldens.ts';

const check =
  'let longer = (len:long, s:string) { assert(len > 0, "Length must be positive") and strlen(s) > len };';

describe('functions of the query and the service', () => {
  itGives(
    [
      [`${check} datatable(input:string)['123', '4567'] | where longer(len=3, input)`, 'input', [['4567']]],
      ["range x from 1 to 10 step 1 | extend Text = '1234567890' | summarize Total = sum(estimate_data_size(*))", 'Total', [[180]]],
      ['set query_bin_auto_size=10; print a = 17 | summarize count() by bin_auto(a)', 'a count_', [[10, 1]]],
      ['set query_bin_auto_size=10; set query_bin_auto_at=3; print a = 17 | project bin_auto(a)', 'a', [[13]]],
      ["print a = 1 | extend x = iscolumnexists('a'), y = iscolumnexists('b')", 'a x y', [[1, true, false]]],
      ['print extent_id(), current_principal(), current_principal_is_member_of("g")', 'print_0 print_1 print_2', [[null, '', false]]],
    ], // prettier-ignore
    [
      [`${check} datatable(input:string)['123'] | where longer(len=long(-1), input)`, 'runtime', /Length must be positive/],
      ['print bin_auto(5)', 'semantic', /query_bin_auto_size/],
    ], // prettier-ignore
  );
});
