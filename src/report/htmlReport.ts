/** Prints a report as one self-contained HTML file: no script, nothing loaded, readable on screen and on paper. */
import { createHash } from 'node:crypto';
import { escapeHtml } from './htmlEscape.ts';
import { htmlMatrix } from './htmlMatrix.ts';
import { htmlProse } from './htmlProse.ts';
import { reportStyle } from './htmlStyle.ts';
import { htmlTable } from './htmlTable.ts';
import type { Block, ReportDocument, Tone } from './reportDocument.ts';

const toneWords: Readonly<Record<Tone, string>> = { info: 'Note', warning: 'Warning', error: 'Error' };

/** The policy allows exactly the style sheet inside the file, named by its hash. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(reportStyle).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Returns the whole file. */
export function htmlReport(report: ReportDocument): string {
  const severity =
    report.severity === undefined
      ? ''
      : `<p class="badge ${report.severity}">${escapeHtml(report.severity)}</p>\n`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(report.title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<header>
${severity}<h1>${escapeHtml(report.title)}</h1>
<p class="subtitle">${escapeHtml(report.subtitle)}</p>
</header>
<div class="columns">
<nav aria-label="Contents">
${contents(report.blocks)}
</nav>
<main>
${report.blocks.map(printBlock).join('\n')}
</main>
</div>
</body>
</html>
`;
}

/** Links to the sections; queries are too many to list. */
function contents(blocks: readonly Block[]): string {
  const entries = blocks.flatMap((block) =>
    block.kind === 'heading' && block.id !== undefined && block.level < 4 && !block.id.startsWith('query-')
      ? [
          `<li class="level-${block.level}"><a href="#${escapeHtml(block.id)}">${escapeHtml(block.text)}</a></li>`,
        ]
      : [],
  );
  return `<h2>Contents</h2>\n<ol>\n${entries.join('\n')}\n</ol>`;
}

function printBlock(block: Block): string {
  switch (block.kind) {
    case 'heading': {
      const id = block.id === undefined ? '' : ` id="${escapeHtml(block.id)}"`;
      return `<h${block.level}${id}>${escapeHtml(block.text)}</h${block.level}>`;
    }
    case 'paragraph':
      return `<p class="plain">${escapeHtml(block.text)}</p>`;
    case 'facts':
      return `<dl class="facts">\n${block.facts.map(printFact).join('\n')}\n</dl>`;
    case 'list':
      return `<ul>\n${block.items.map((item) => `<li>${escapeHtml(item)}</li>`).join('\n')}\n</ul>`;
    case 'table':
      return htmlTable(block);
    case 'chart':
      return `<figure class="chart" role="img" aria-label="${escapeHtml(block.label)}">${block.svg}</figure>`;
    case 'matrix':
      return htmlMatrix(block.columns);
    case 'code':
      return printCode(block);
    case 'notice':
      return `<p class="notice ${block.tone}"><strong>${toneWords[block.tone]}:</strong> ${escapeHtml(block.text)}</p>`;
    case 'reference':
      return `<p class="reference"><a href="#${escapeHtml(block.target)}">${escapeHtml(block.label)}</a> · ${escapeHtml(block.note)}</p>`;
    case 'prose':
      return `<div class="prose">\n${htmlProse(block.tokens)}</div>`;
  }
}

function printFact({ label, value, severity }: Extract<Block, { kind: 'facts' }>['facts'][number]): string {
  const shown =
    severity === undefined
      ? escapeHtml(value)
      : `<span class="badge ${severity}">${escapeHtml(value)}</span>`;
  return `<div><dt>${escapeHtml(label)}</dt><dd>${shown}</dd></div>`;
}

function printCode({ text, folded }: Extract<Block, { kind: 'code' }>): string {
  const code = `<pre><code>${escapeHtml(text.replaceAll('\r\n', '\n'))}</code></pre>`;
  return folded === undefined
    ? code
    : `<details><summary>${escapeHtml(folded)}</summary>\n${code}\n</details>`;
}
