/** Where an address is on the map: known to a geographic database alone, which this engine does not have. */
import { nullLiteral } from '../sql/literal.ts';
import { differing, ofFirst } from './entry.ts';
import type { ScalarTable } from './entry.ts';

const how = 'The result is null: the local engine has no geographic database.';

export const geoInfoFunctions: ScalarTable = {
  geo_info_from_ip_address: differing(
    how,
    ofFirst((_address, _rest, call) => {
      call.notice(
        'geo_info_from_ip_address() is null here: the local engine has no geographic database. Conditions on its result keep no row, or every row when negated.',
      );
      return nullLiteral('dynamic');
    }),
  ),
};
