/** RITA v5's beacon score written out from its definitions over plain arrays, to compare the query with. */

export interface Call {
  /** Whole seconds since 1970. */
  readonly second: number;
  readonly bytes: number;
}

export interface Scores {
  readonly timestamp: number;
  readonly size: number;
  readonly histogram: number;
  readonly duration: number;
  /** 0 to 100. */
  readonly score: number;
}

export function ritaScores(
  calls: readonly Call[],
  log: { readonly first: number; readonly last: number },
): Scores {
  const seconds = calls.map((call) => call.second).sort(ascending);
  const gaps = seconds.slice(1).map((second, index) => second - (seconds[index] ?? 0));
  const timestamp = dispersionScore(
    gaps.filter((gap) => gap > 0),
    1,
  );
  const size = dispersionScore(
    calls.map((call) => call.bytes),
    0,
  );
  const bars = Array<number>(24).fill(0);
  for (const second of seconds) {
    const part = Math.min(23, Math.floor((24 * (second - log.first)) / (log.last - log.first)));
    bars[part] = (bars[part] ?? 0) + 1;
  }
  const histogram = round(Math.max(flatness(bars), bimodal(bars)), 3);
  const covered = ((seconds.at(-1) ?? 0) - (seconds[0] ?? 0)) / (log.last - log.first);
  const active = bars.filter((count) => count > 0).length;
  const duration =
    active < 6
      ? 0
      : Math.max(
          Math.min(1, Math.ceil(covered * 1000) / 1000),
          Math.min(1, Math.ceil((longestRun(bars) / 12) * 1000) / 1000),
        );
  return {
    timestamp,
    size,
    histogram,
    duration,
    score: round(25 * (timestamp + size + histogram + duration), 1),
  };
}

const ascending = (one: number, other: number): number => one - other;
const round = (value: number, digits: number): number =>
  Number(`${Math.round(Number(`${value}e${digits}`))}e-${digits}`);

function median(values: readonly number[]): number {
  const sorted = [...values].sort(ascending);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function dispersionScore(values: readonly number[], whenSmall: number): number {
  const sorted = [...values].sort(ascending);
  const half = Math.floor(sorted.length / 2);
  const [q1, q2, q3] = [
    median(sorted.slice(0, half)),
    median(sorted),
    median(sorted.slice(sorted.length - half)),
  ];
  const skew = q3 - q1 < 10 || q2 === q1 || q2 === q3 ? 0 : (q1 + q3 - 2 * q2) / (q3 - q1);
  const deviation = median(sorted.map((value) => Math.abs(value - q2)));
  const mad = q2 < 1 ? whenSmall : Math.max(0, (q2 - deviation) / q2);
  return round((1 - Math.abs(skew) + mad) / 2, 3);
}

function flatness(bars: readonly number[]): number {
  const mean = bars.reduce((sum, count) => sum + count, 0) / bars.length;
  const variance = bars.reduce((sum, count) => sum + (count - mean) ** 2, 0) / bars.length;
  return Math.max(0, 1 - Math.sqrt(variance) / mean);
}

function bimodal(bars: readonly number[]): number {
  const active = bars.filter((count) => count > 0);
  if (active.length < 11) return 0;
  const step = Math.ceil(Math.max(...active) * 0.05);
  const heights = new Map<number, number>();
  for (const count of active)
    heights.set(Math.floor(count / step), (heights.get(Math.floor(count / step)) ?? 0) + 1);
  const [most = 0, second = 0] = [...heights.values()].sort((one, other) => other - one);
  return Math.min(1, (most + second) / Math.max(1, active.length - 1));
}

/** Around the end: the last part is followed by the first. */
function longestRun(bars: readonly number[]): number {
  let [longest, run] = [0, 0];
  for (const count of [...bars, ...bars]) {
    run = count > 0 ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return Math.min(bars.length, longest);
}
