/** Scalar functions with a rule that is easily missed. */
import { itGives } from '../goldens.ts';

describe('scalar functions', () => {
  itGives([
    ['print a = make_timespan(0, 25, 61, 61.5), b = make_timespan(0, 0, 0, 0.0000001), c = make_datetime(2020,1,1,1,1,1.5)', 'a b c', [[null, '00:00:00.0000001', '2020-01-01T01:01:01.5000000Z']]],
    ["print w = datetime_diff('week', datetime(2020-12-31), datetime(2020-01-01)) | getschema | project ColumnType", 'ColumnType', [['real']]],
    ['print set_equals(dynamic([1,2,2]), dynamic([2,1])), set_equals(dynamic([1]), dynamic([2]))', 'print_0 print_1', [[true, false]]],
    ['print gzip_compress_to_base64_string("1234567890qwertyuiop")', 'print_0', [['H4sIAAAAAAAA/wEUAOv/MTIzNDU2Nzg5MHF3ZXJ0eXVpb3A6m7f2FAAAAA==']]],
    ['print zlib_decompress_from_base64_string(zlib_compress_to_base64_string(strrep("a", 99))) == strrep("a", 99)', 'print_0', [[true]]],
    ['print array_index_of(datetime_list_timezones(), "Europe/Oslo") >= 0', 'print_0', [[true]]],
  ]); // prettier-ignore
});
