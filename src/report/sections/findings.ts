/** The findings with their tables. */
import type { Finding } from '../../notebook/finding.ts';
import { counted, tableOf } from '../displayValue.ts';
import type { Block } from '../reportDocument.ts';

/** Enough to see what was found; the notebook has every row. */
const findingTable = { rows: 15, columns: 18 };

/** One section per finding, gravest first. */
export function findingBlocks(findings: readonly Finding[]): Block[] {
  return [
    { kind: 'heading', level: 2, text: 'Findings', id: 'findings' },
    ...(findings.length === 0
      ? [{ kind: 'paragraph', text: 'The hunt has no findings.' } as const]
      : findings.flatMap(findingSection)),
  ];
}

function findingSection(finding: Finding, index: number): Block[] {
  const facts = [
    { label: 'Severity', value: finding.severity, severity: finding.severity },
    { label: 'Evidence', value: counted(finding.totalRows, 'row') },
    ...(finding.techniques.length > 0
      ? [{ label: 'ATT&CK', value: [...new Set(finding.techniques)].join(', ') }]
      : []),
    {
      label: 'Origin',
      value: finding.origin === 'pinned' ? 'pinned by the hunter' : 'asserted by a detection step',
    },
  ];
  return [
    { kind: 'heading', level: 3, text: `${index + 1}. ${finding.title}`, id: `finding-${index + 1}` },
    { kind: 'facts', facts },
    ...(finding.note.trim() === '' ? [] : [{ kind: 'paragraph', text: finding.note.trim() } as const]),
    ...(finding.rows.length === 0
      ? []
      : [
          {
            kind: 'table',
            ...tableOf(finding.columns, finding.rows, finding.totalRows, findingTable),
          } as const,
        ]),
  ];
}
