/** The incident report of a finished hunt, in any registered format. */
import type { FinishedHunt } from '../notebook/finishedHunt.ts';
import { composeReport } from './composeReport.ts';
import type { ReportOptions } from './composeReport.ts';
import { htmlReport } from './htmlReport.ts';
import { markdownReport } from './markdownReport.ts';
import { navigatorReport } from './navigatorReport.ts';
import type { ReportDocument } from './reportDocument.ts';

export type { ReportOptions } from './composeReport.ts';

export interface ReportFormatDescription {
  readonly name: string;
  readonly extension: string;
  readonly print: (report: ReportDocument) => string;
}

/** A new format is a printer and a line here. */
export const reportFormats = {
  md: { name: 'Markdown', extension: 'md', print: markdownReport },
  html: { name: 'HTML', extension: 'html', print: htmlReport },
  navigator: { name: 'ATT&CK Navigator layer', extension: 'json', print: navigatorReport },
} as const satisfies Record<string, ReportFormatDescription>;

export type ReportFormat = keyof typeof reportFormats;

/** Returns the report as text. Deterministic: the clock comes in `options`. */
export function renderReport(hunt: FinishedHunt, format: ReportFormat, options: ReportOptions): string {
  return reportFormats[format].print(composeReport(hunt, options));
}
