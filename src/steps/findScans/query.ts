/** The KQL of `find-scans`. */
import { distributedMembers } from './distributed.ts';
import { failedAttempts, fastMembers } from './fast.ts';
import { scanRows, sessions } from './result.ts';
import { connectionRows, knowsOutcome, type ScanQuery } from './scanQuery.ts';
import { slowMembers } from './slow.ts';

/** A complete KQL query whose rows are scans, best evidence first. */
export function scanQuery(query: ScanQuery): string {
  const { kinds } = query;
  // Slow and distributed scans show by their failures alone.
  const isDistributed = knowsOutcome(query) && kinds.includes('distributed');
  const isSlow = knowsOutcome(query) && (kinds.includes('slow') || isDistributed);
  const members = ['_Fast', ...(isSlow ? ['_Slow'] : []), ...(isDistributed ? ['_Distributed'] : [])];
  return [
    connectionRows(query),
    ...(knowsOutcome(query) ? [failedAttempts(query)] : []),
    fastMembers(query),
    ...(isSlow ? [slowMembers(query)] : []),
    ...(isDistributed ? [distributedMembers(query, ['_Fast', '_Slow'])] : []),
    sessions(query, members),
    scanRows(query),
  ].join('\n');
}
