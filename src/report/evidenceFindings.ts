/** The findings that the report lists: each under a title of its own. */
import type { Finding } from '../notebook/finding.ts';
import type { NumberedHunt } from './numberedHunt.ts';
import { isTechniqueTable } from './sections/attack.ts';

/**
 * Findings without the techniques that a step mapped, which the ATT&CK section lists. Where several have one title, as two
 * `find-scans` do, the name under which each was published tells them apart.
 */
export function evidenceFindings(hunt: NumberedHunt): Finding[] {
  const evidence = hunt.findings.filter(
    ({ origin, columns, rows }) => origin === 'pinned' || !isTechniqueTable(columns, rows),
  );
  return evidence.map((finding) => {
    const isOnly = evidence.filter(({ title }) => title === finding.title).length === 1;
    const name = isOnly ? undefined : publishedName(hunt, finding);
    return name === undefined ? finding : { ...finding, title: `${finding.title}: ${name}` };
  });
}

function publishedName(hunt: NumberedHunt, finding: Finding): string | undefined {
  const key = keyOf(finding);
  return hunt.queries
    .flatMap(({ cell }) => cell.results)
    .find((result) => result.publishedAs !== undefined && keyOf(result) === key)?.publishedAs;
}

function keyOf({ columns, rows, totalRows }: Pick<Finding, 'columns' | 'rows' | 'totalRows'>): string {
  return JSON.stringify([columns, totalRows, rows[0]]);
}
