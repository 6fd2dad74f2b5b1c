/**
 * Threshold Random Walk (Jung, Paxson, Berger, Balakrishnan: Fast Portscan Detection Using Sequential Hypothesis Testing,
 * IEEE Symposium on Security and Privacy 2004). A source's first contacts with each host, in order of time, move a walk up
 * when they fail and down when they succeed, by the logarithm of how much likelier that is for a scanner. The first bar that
 * it crosses is the verdict.
 */
import { z } from 'zod';

/** Defaults of Bro's `trw.bro` (2006). */
const walkDefaults = { alpha: 0.01, beta: 0.99, theta0: 0.8, theta1: 0.2 } as const;

const share = (describe: string, value: number) =>
  z.number().gt(0, 'must be more than 0').lt(1, 'must be less than 1').default(value).describe(describe);

export const walkArguments = z
  .strictObject({
    alpha: share('False positives allowed (trw.bro: 0.01).', walkDefaults.alpha),
    beta: share('Scanners to be detected (trw.bro: 0.99).', walkDefaults.beta),
    theta0: share(
      'Share of first contacts that succeed for a benign source (trw.bro: 0.8).',
      walkDefaults.theta0,
    ),
    theta1: share('Share of first contacts that succeed for a scanner (trw.bro: 0.2).', walkDefaults.theta1),
  })
  .refine(({ alpha, beta }) => alpha < beta, { message: 'needs alpha below beta', path: ['alpha'] })
  .refine(({ theta0, theta1 }) => theta1 < theta0, { message: 'needs theta1 below theta0', path: ['theta1'] })
  .prefault({})
  .describe('Constants of Threshold Random Walk.');

export type WalkArguments = z.infer<typeof walkArguments>;

/** The walk in units of a failure: with the defaults, +1 and -1 between bars at +4 and -4. */
export interface WalkConstants {
  readonly success: number;
  readonly scanner: number;
  readonly benign: number;
  /** The constants behind them, for people. */
  readonly text: string;
}

/**
 * Steps and bars. A failure multiplies the likelihood ratio by (1 - theta1) / (1 - theta0), a success by theta1 / theta0;
 * a scanner is above beta / alpha, benign below (1 - beta) / (1 - alpha). Where both steps are of one size, the bars are the
 * whole number of steps that first crosses them.
 */
export function walkConstants({ alpha, beta, theta0, theta1 }: WalkArguments): WalkConstants {
  const unit = Math.log((1 - theta1) / (1 - theta0));
  const success = Math.log(theta1 / theta0) / unit;
  const scanner = Math.log(beta / alpha) / unit;
  const benign = Math.log((1 - beta) / (1 - alpha)) / unit;
  const isEven = Math.abs(success + 1) < 1e-9;
  const text = `alpha ${alpha}, beta ${beta}, theta ${theta0}/${theta1}`;
  if (isEven) return { success: -1, scanner: Math.floor(scanner) + 1, benign: Math.ceil(benign) - 1, text };
  return { success: rounded(success), scanner: rounded(scanner), benign: rounded(benign), text };
}

const rounded = (value: number): number => Number(value.toFixed(6));

/** A number as a real literal of KQL. */
export const real = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));

/**
 * `_Walk`: the first contacts of the sources in `_Walkers`, in order, with `Walk` after each. `by` are the columns that make
 * a target.
 */
export function walkKql(constants: WalkConstants, by: readonly string[] = ['Host']): string {
  const target = by.join(', ');
  return [
    `_Rows`,
    `| join kind=leftsemi _Walkers on Source, DeviceName`,
    `| summarize First = min(Time), FirstAnswer = minif(Time, not(Failed)) by Source, DeviceName, ${target}`,
    `| extend IsFailure = isnull(FirstAnswer) or FirstAnswer > First`,
    `| sort by Source asc, DeviceName asc, First asc, ${by.map((column) => `${column} asc`).join(', ')}`,
    `| extend IsFirst = Source != prev(Source) or DeviceName != prev(DeviceName)`,
    `| extend Walk = round(row_cumsum(iff(IsFailure, 1.0, ${real(constants.success)}), IsFirst), 6), Contact = row_cumsum(1, IsFirst)`,
  ].join('\n');
}

/** Of `_Walk`, a row a source: which bar was crossed first, and after how many first contacts. */
export function verdictKql({ scanner, benign }: WalkConstants): string {
  return [
    `_Walk`,
    `| summarize ScannerAfter = minif(Contact, Walk >= ${real(scanner)}), BenignAfter = minif(Contact, Walk <= ${real(benign)}), Contacts = max(Contact)`,
    `    by Source, DeviceName`,
    `| extend Trw = case(isnotnull(ScannerAfter) and (isnull(BenignAfter) or ScannerAfter < BenignAfter), "scanner",`,
    `    isnotnull(BenignAfter), "benign", "undecided")`,
    `| extend TrwContacts = tolong(case(Trw == "scanner", ScannerAfter, Trw == "benign", BenignAfter, Contacts))`,
    `| project Source, DeviceName, Trw, TrwContacts`,
  ].join('\n');
}
