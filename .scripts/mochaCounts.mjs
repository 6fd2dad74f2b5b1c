// @ts-check
/** Reads the closing summary that mocha's reporters print. */

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * The totals of one mocha run; undefined when it printed no summary, so that a run which never got so far is not
 * taken for one without failures.
 * @param {string} output
 * @returns {Counts | undefined}
 */
export function mochaCounts(output) {
  const plain = output.replaceAll(/\x1b\[[\d;]*m/g, '');
  const last = (/** @type {string} */ word) => {
    const matches = [...plain.matchAll(new RegExp(`^ {2}(\\d+) ${word}\\b`, 'gm'))];
    const count = matches.at(-1)?.[1];
    return count === undefined ? undefined : Number(count);
  };
  const passed = last('passing');
  if (passed === undefined) return undefined;
  return { passed, failed: last('failing') ?? 0, skipped: last('pending') ?? 0 };
}

/** @param {readonly Counts[]} runs @returns {Counts} */
export function sum(runs) {
  const total = (/** @type {keyof Counts} */ key) => runs.reduce((whole, counts) => whole + counts[key], 0);
  return { passed: total('passed'), failed: total('failed'), skipped: total('skipped') };
}
