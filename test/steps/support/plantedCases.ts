/**
 * Cases that share one query: each plants its rows under devices of its own, all run together, and each sees its own rows
 * of the result. A query for every case would spend nearly all its time on translation.
 */
import type { Row } from './workbench.ts';

export interface PlantedCases {
  /** Adds a case; what it returns gives, once `settle` was called, the case's rows of the result. */
  plant(rows: readonly Row[]): () => readonly Row[];
  /** Rows of all cases. */
  rows(): readonly Row[];
  settle(result: readonly Row[]): void;
}

/** Cases of a detection whose rows and result have a `DeviceName`. */
export function plantedCases(): PlantedCases {
  const planted: Row[] = [];
  const found = new Map<string, Row[]>();
  let count = 0;
  return {
    plant: (rows) => {
      const domain = `case-${count++}.example`;
      planted.push(
        ...rows.map((row) => ({ ...row, DeviceName: `${row['DeviceName'] as string}.${domain}` })),
      );
      return () => found.get(domain) ?? [];
    },
    rows: () => planted,
    settle: (result) => {
      found.clear();
      for (const row of result) {
        const device = row['DeviceName'] as string;
        const [, name = device, domain = ''] = /^(.*)\.(case-\d+\.example)$/.exec(device) ?? [];
        found.set(domain, [...(found.get(domain) ?? []), { ...row, DeviceName: name }]);
      }
    },
  };
}
