/** How a scan is scored: at most 100 points, each for something that can be seen in the log. */

/** KQL expressions over which a score is computed; what a kind of scan does not have is left out. */
export interface Measured {
  /** Distinct targets as a multiple of the threshold, real, at least 1. */
  readonly breadth: string;
  /** Failed share of the attempts, 0 to 1. */
  readonly failureRatio: string;
  /** Share of the ports that stand in the longest run of consecutive ports, 0 to 1. */
  readonly runShare?: string;
  /** Distinct targets (host and port) as a share of the attempts: 1 when each was tried once. */
  readonly freshness: string;
  readonly ratePerSecond?: string;
}

/** KQL of the points, without those that the scan cannot have. */
export interface Points {
  readonly breadth: string;
  readonly failure?: string;
  readonly sequence?: string;
  readonly freshness: string;
  readonly rate?: string;
}

export const maxPoints = { breadth: 30, failure: 30, sequence: 20, freshness: 10, rate: 10 } as const;

/**
 * The points as KQL expressions.
 * Breadth: half its points at the threshold, all at four times it (one quarter more a doubling).
 * Failure: in proportion to the failed share; a host that answers is what one connects to.
 * Sequence: in proportion to the longest run of consecutive ports. It counts in full only from half of the attempts
 * failed, since passive FTP and RPC hand out consecutive ports too, and those answer.
 * Freshness: in proportion; monitoring and browsing come back to the same targets.
 * Rate: all from one attempt a second, half from one in ten seconds.
 */
export function points(measured: Measured, isOutcomeKnown: boolean): Points {
  const { breadth, failureRatio, runShare, freshness, ratePerSecond } = measured;
  const sequenceWeight = isOutcomeKnown ? ` * min_of(1.0, 2.0 * ${failureRatio})` : '';
  return {
    breadth: `min_of(${maxPoints.breadth}.0, ${maxPoints.breadth / 2}.0 + ${maxPoints.breadth / 4} * log2(${breadth}))`,
    ...(isOutcomeKnown && { failure: `${maxPoints.failure}.0 * ${failureRatio}` }),
    ...(runShare !== undefined && {
      sequence: `${maxPoints.sequence}.0${runShare === '1.0' ? '' : ` * ${runShare}`}${sequenceWeight}`,
    }),
    freshness: `${maxPoints.freshness}.0 * ${freshness}`,
    ...(ratePerSecond !== undefined && {
      rate: `case(${ratePerSecond} >= 1.0, ${maxPoints.rate}.0, ${ratePerSecond} >= 0.1, ${maxPoints.rate / 2}.0, 0.0)`,
    }),
  };
}

/** The least sum of points whose score, brought to a scale of 100 and to a whole number, reaches the minimum. */
export function leastSum(minimum: number, scale = 1): number {
  return Math.floor(((minimum - 0.5) / scale) * 100) / 100;
}

/** The factor that brings a score without known outcomes back to a scale of 100. */
export const scaleWithoutOutcome = 100 / (100 - maxPoints.failure);

/** The factor that brings a score without a rate, as slow scans have it, back to a scale of 100. */
export const scaleWithoutRate = 100 / (100 - maxPoints.rate);

/**
 * The fewest failures with which targets of one host or port can reach the minimum score, everything else at its best: each
 * target tried once, the ports of one host all consecutive. 0: a scan can do without failures.
 */
export function leastFailures(
  threshold: number,
  minimum: number,
  { isOneHost, hasRate }: { readonly isOneHost: boolean; readonly hasRate: boolean },
): number {
  const worth = maxPoints.failure + (isOneHost ? 2 * maxPoints.sequence : 0);
  let least = Number.POSITIVE_INFINITY;
  // Breadth grows up to four times the threshold; beyond, more targets only need more failures.
  for (let targets = threshold; targets <= 4 * threshold; targets++) {
    const breadth = maxPoints.breadth / 2 + (maxPoints.breadth / 4) * Math.log2(targets / threshold);
    const missing = minimum - breadth - maxPoints.freshness - (hasRate ? maxPoints.rate : 0);
    // A hair's breadth for rounding: too few would lose scans, one too many only costs time.
    least = Math.min(least, Math.ceil((missing / worth) * targets - 0.01));
  }
  return Math.max(0, least);
}

/** Scores from which a scan is of high and of medium severity. */
export const severityFrom = { high: 80, medium: 65 } as const;

/** The least failed share of a hundred or more targets with which a sweep can reach the minimum score without a rate. */
export function leastFailedShare(minimum: number): number {
  return Math.max(0, (minimum - maxPoints.breadth - maxPoints.freshness) / maxPoints.failure);
}
