/** Evidence: rows that the hunter pinned or a step asserted, with a note. */
import type { Column, WireValue } from '../kql/types.ts';

export const severities = ['informational', 'low', 'medium', 'high'] as const;
export type Severity = (typeof severities)[number];

export interface Finding {
  readonly title: string;
  readonly note: string;
  readonly severity: Severity;
  /** ATT&CK technique ids, as the evidence named them. */
  readonly techniques: readonly string[];
  readonly origin: 'pinned' | 'step';
  readonly columns: readonly Column[];
  /** At most {@link maxFindingRows} rows. */
  readonly rows: readonly (readonly WireValue[])[];
  /** Rows of the evidence in all. */
  readonly totalRows: number;
}

export const maxFindingRows = 200;
