/** Sessions over the values of all rows in their order, for `row_window_session()`. */
import type { ScalarFunction } from '../../scalarFunction.ts';

/**
 * The start of the session of each value: a value begins one where it restarts, or where it lies further than
 * `between` from the value before it or than `fromFirst` from the session's start. A null (empty) value belongs to
 * no session and ends the one before it.
 */
export function sessionStarts(
  values: readonly (bigint | null)[],
  restarts: readonly boolean[],
  fromFirst: bigint,
  between: bigint,
): (bigint | null)[] {
  let start: bigint | null = null;
  let last: bigint | null = null;
  return values.map((value, index) => {
    const continues =
      value !== null &&
      start !== null &&
      last !== null &&
      restarts[index] !== true &&
      value - start <= fromFirst &&
      value - last <= between;
    if (!continues) start = value;
    last = value;
    return start;
  });
}

export const sessionsJsFunction: ScalarFunction = {
  name: 'kql_sessions',
  parameters: ['VARCHAR', 'VARCHAR', 'BIGINT', 'BIGINT'],
  returns: 'VARCHAR',
  call: (values, restarts, fromFirst, between) => {
    if (typeof values !== 'string' || typeof restarts !== 'string') return null;
    if (typeof fromFirst !== 'bigint' || typeof between !== 'bigint') return null;
    const numbers = values.split(',').map((text) => (text === '' ? null : BigInt(text)));
    const isRestart = Array.from(restarts, (flag) => flag === '1');
    return sessionStarts(numbers, isRestart, fromFirst, between)
      .map((start) => start ?? '')
      .join(',');
  },
};
