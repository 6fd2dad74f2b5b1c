/** Puts the sections of the report in order. */
import type { FinishedHunt } from '../notebook/finishedHunt.ts';
import { severities } from '../notebook/finding.ts';
import { hypothesisIn, titleIn } from './statedInProse.ts';
import { indicatorsOf } from './indicatorsOf.ts';
import { evidenceFindings } from './evidenceFindings.ts';
import { numberedHunt } from './numberedHunt.ts';
import type { Block, ReportDocument } from './reportDocument.ts';
import { smallResults } from './smallResults.ts';
import { attackBlocks, techniqueRows } from './sections/attack.ts';
import { findingBlocks } from './sections/findings.ts';
import { indicatorBlocks } from './sections/indicators.ts';
import { nothingFoundBlocks } from './sections/nothingFound.ts';
import { instant, provenanceBlocks } from './sections/provenance.ts';
import { queriesBlocks } from './sections/queries.ts';
import { stageBlocks, stageNotebook } from './sections/stages.ts';
import { severityOf, summaryBlocks } from './sections/summary.ts';
import { timelineBlocks, timelineEvents } from './sections/timeline.ts';

export interface ReportOptions {
  /** When the report is made; the same hunt and options give the same report. */
  readonly generatedAt: Date;
  /** Version of Hunt Notebooks. */
  readonly version: string;
}

/** The whole report as blocks. */
export function composeReport(finished: FinishedHunt, options: ReportOptions): ReportDocument {
  const hunt = numberedHunt(finished);
  const title = finished.frontMatter.title ?? titleIn(finished) ?? titleOf(finished.fileName);
  const findings = evidenceFindings(hunt).sort(
    (left, right) => severities.indexOf(right.severity) - severities.indexOf(left.severity),
  );
  const results = smallResults(hunt);
  const events = timelineEvents(findings, results);
  const techniques = techniqueRows(hunt);
  const indicators = indicatorsOf(findings, results);
  const staged = stageNotebook(hunt, title);
  const hypothesis = finished.frontMatter.hypothesis ?? hypothesisIn(finished);
  const severity = severityOf(hunt);
  const background: readonly Block[] =
    staged.introduction.length === 0
      ? []
      : [{ kind: 'heading', level: 2, text: 'Background', id: 'background' }, ...staged.introduction];
  return {
    title,
    ...(severity === undefined ? {} : { severity }),
    subtitle: `Incident report · ${finished.fileName} · made ${instant(options.generatedAt.toISOString())} by Hunt Notebooks ${options.version}`,
    blocks: [
      ...summaryBlocks({ hunt, findings, events, techniques, indicators }),
      { kind: 'heading', level: 2, text: 'Hypothesis', id: 'hypothesis' },
      { kind: 'paragraph', text: hypothesis ?? 'The notebook states no hypothesis.' },
      ...background,
      ...timelineBlocks(events),
      ...findingBlocks(findings),
      ...nothingFoundBlocks(hunt),
      ...attackBlocks(techniques),
      ...indicatorBlocks(indicators),
      ...stageBlocks(staged),
      ...queriesBlocks(hunt),
      ...provenanceBlocks(hunt),
    ],
    techniques,
  };
}

/** `port-scan.hunt.md` as `port-scan`. */
function titleOf(fileName: string): string {
  return fileName.replace(/(\.hunt)?\.md$/i, '');
}
