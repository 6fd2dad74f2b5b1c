/** The table of indicators. */
import { grouped } from '../displayValue.ts';
import { indicatorKinds } from '../indicatorsOf.ts';
import type { Indicator } from '../indicatorsOf.ts';
import type { Block } from '../reportDocument.ts';

const maxPerKind = 50;

/** The section, one table for all kinds; each kind is cut by itself and says so. */
export function indicatorBlocks(indicators: readonly Indicator[]): Block[] {
  const heading: Block = { kind: 'heading', level: 2, text: 'Indicators', id: 'indicators' };
  if (indicators.length === 0) {
    return [heading, { kind: 'paragraph', text: 'No indicator stands in the findings and short results.' }];
  }
  const groups = indicatorKinds.map((kind) => indicators.filter((indicator) => indicator.kind === kind));
  const cuts = groups
    .filter((group) => group.length > maxPerKind)
    .map((group) => `${maxPerKind} of ${grouped(group.length)} of kind ${group[0]?.kind ?? ''}`);
  return [
    heading,
    {
      kind: 'paragraph',
      text:
        'Taken from the rows of the findings, and hashes and external hosts also from short results: what stood in the ' +
        'evidence, benign or not. Addresses, domains and URLs are defanged.',
    },
    {
      kind: 'table',
      columns: [
        { name: 'Kind', align: 'left' },
        { name: 'Indicator', align: 'left' },
        { name: 'Scope', align: 'left' },
        { name: 'Rows', align: 'right' },
        { name: 'Seen in', align: 'left' },
      ],
      rows: groups.flatMap((group) =>
        group
          .slice(0, maxPerKind)
          .map(({ kind, text, isInternal, rows, seenIn }) => [
            kind,
            text,
            isInternal === undefined ? '' : isInternal ? 'internal' : 'external',
            grouped(rows),
            seenIn.join(', '),
          ]),
      ),
      ...(cuts.length > 0 ? { cut: cuts.join(', ') } : {}),
    },
  ];
}
