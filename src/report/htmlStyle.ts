/** The style sheet of the HTML report: screen, light and dark, and paper. */
import { marks } from '../attack/matrix.ts';

const markRules = Object.entries(marks)
  .map(([mark, { color }]) => `.mark-${mark} { --mark: ${color}; }`)
  .join('\n');

export const reportStyle = `
:root {
  color-scheme: light dark;
  --text: #1b1f24; --soft: #57606a; --line: #d8dee4; --page: #ffffff; --panel: #f6f8fa; --link: #0b5cad;
  --high: #b42318; --medium: #b54708; --low: #175cd3; --informational: #475467;
  --warning: #fff6e5; --warning-line: #d9822b; --error: #fdecea; --error-line: #b42318; --info: #eef4fb; --info-line: #0b5cad;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6e9ed; --soft: #a0a9b4; --line: #373e47; --page: #16191d; --panel: #1f242a; --link: #6cb1ff;
    --high: #e5534b; --medium: #d9822b; --low: #4a90e2; --informational: #768390;
    --warning: #2e2415; --error: #331a18; --info: #17263a;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
header, .columns { max-width: 84rem; margin: 0 auto; padding: 0 2rem; }
header { padding-top: 2.5rem; padding-bottom: 1.25rem; border-bottom: 3px solid var(--text); position: relative; }
h1 { margin: 0; font-size: 2.1rem; line-height: 1.2; letter-spacing: -0.01em; padding-right: 8rem; }
header .badge { position: absolute; right: 2rem; top: 2.7rem; margin: 0; font-size: 0.95rem; }
.subtitle { margin: 0.5rem 0 0; color: var(--soft); }
.columns { display: grid; grid-template-columns: 15rem minmax(0, 1fr); gap: 3rem; }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow: auto; padding: 2rem 0; font-size: 0.88rem; }
nav h2 { margin: 0 0 0.5rem; font-size: 0.75rem; text-transform: uppercase; letter-spacing: 0.08em; color: var(--soft); border: 0; padding: 0; }
nav ol { list-style: none; margin: 0; padding: 0; }
nav a { display: block; padding: 0.2rem 0; color: var(--text); text-decoration: none; overflow-wrap: anywhere; }
nav a:hover { color: var(--link); text-decoration: underline; }
nav .level-3 a { padding-left: 0.9rem; color: var(--soft); }
main { padding: 0.5rem 0 4rem; }
h2 { margin: 2.6rem 0 0.9rem; padding-bottom: 0.3rem; font-size: 1.45rem; border-bottom: 1px solid var(--line); }
h3 { margin: 2rem 0 0.7rem; font-size: 1.15rem; }
h4, h5, h6 { margin: 1.4rem 0 0.5rem; font-size: 1rem; }
h5, h6 { color: var(--soft); }
p, ul, ol { margin: 0.6rem 0; }
.plain { white-space: pre-line; }
a { color: var(--link); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1px; margin: 1rem 0; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.facts div { padding: 0.7rem 0.9rem; box-shadow: 0 0 0 1px var(--line); }
.facts dt { font-size: 0.75rem; text-transform: uppercase; letter-spacing: 0.06em; color: var(--soft); }
.facts dd { margin: 0.15rem 0 0; font-weight: 600; overflow-wrap: anywhere; }
.badge { display: inline-block; white-space: nowrap; padding: 0.1rem 0.65rem; border-radius: 99px; color: #fff; font-size: 0.82rem; font-weight: 600; text-transform: capitalize; background: var(--informational); }
.badge.high { background: var(--high); } .badge.medium { background: var(--medium); } .badge.low { background: var(--low); }
.table { margin: 0.9rem 0; max-height: 32rem; overflow: auto; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: separate; border-spacing: 0; width: max-content; min-width: 100%; font-size: 0.84rem; line-height: 1.4; }
th, td { padding: 0.4rem 0.7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { position: sticky; top: 0; background: var(--panel); white-space: nowrap; }
td { white-space: pre-wrap; overflow-wrap: break-word; max-width: 22rem; font-variant-numeric: tabular-nums; }
tbody tr:last-child td { border-bottom: 0; }
.right { text-align: right; }
.chart { margin: 0.9rem 0; padding: 0.8rem; background: #fff; border: 1px solid var(--line); border-radius: 6px; break-inside: avoid; }
.chart svg { display: block; width: 100%; max-width: 900px; height: auto; margin: 0 auto; }
td .badge { font-size: 0.76rem; padding: 0 0.55rem; }
.cut { margin-top: -0.4rem; font-size: 0.84rem; color: var(--soft); }
.matrix { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 0.6rem; margin: 0.9rem 0 0.5rem; }
.matrix section { break-inside: avoid; }
.matrix h4 { margin: 0 0 0.3rem; font-size: 0.84rem; }
.matrix ul, .legend { list-style: none; margin: 0; padding: 0; }
.matrix li { margin: 0 0 3px; padding: 0.25rem 0.5rem; border-left: 5px solid var(--mark); border-radius: 3px; background: var(--panel); font-size: 0.8rem; line-height: 1.3; overflow-wrap: anywhere; }
.matrix .sub { margin-left: 0.8rem; }
.matrix b { font-variant-numeric: tabular-nums; }
.unmarked { margin: 0.2rem 0; font-size: 0.78rem; color: var(--soft); }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.1rem; font-size: 0.78rem; color: var(--soft); }
.legend li { padding-left: 0.5rem; border-left: 10px solid var(--mark); line-height: 1.1; }
${markRules}
.reference { margin: 1.4rem 0 0.4rem; font-size: 0.88rem; color: var(--soft); }
.reference a { font-weight: 600; }
.notice { padding: 0.55rem 0.9rem; border-left: 4px solid var(--info-line); border-radius: 3px; background: var(--info); white-space: pre-line; overflow-wrap: anywhere; }
.notice.warning { background: var(--warning); border-color: var(--warning-line); }
.notice.error { background: var(--error); border-color: var(--error-line); }
pre { margin: 0.7rem 0; padding: 0.8rem 1rem; overflow: auto; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; font-size: 0.84rem; line-height: 1.45; }
details summary { cursor: pointer; color: var(--link); font-size: 0.88rem; }
code { font-family: ui-monospace, "Cascadia Mono", Consolas, Menlo, "DejaVu Sans Mono", monospace; }
:not(pre) > code { padding: 0.08rem 0.3rem; border-radius: 4px; background: var(--panel); font-size: 0.88em; overflow-wrap: anywhere; }
blockquote { margin: 0.8rem 0; padding-left: 1rem; border-left: 4px solid var(--line); color: var(--soft); }
.image { color: var(--soft); font-style: italic; }
@media (max-width: 60rem) {
  .columns { display: block; }
  nav { position: static; max-height: none; padding: 1rem 0 0; columns: 2; }
}
@page { size: A4; margin: 16mm 14mm; }
@media print {
  :root { color-scheme: light; --text: #000; --soft: #444; --line: #bbb; --page: #fff; --panel: #f3f3f3; --link: #000; --info: #f3f3f3; --warning: #fff6e5; --error: #fdecea; --high: #b42318; --medium: #b54708; --low: #175cd3; --informational: #475467; }
  body { font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  header, .columns { max-width: none; padding-left: 0; padding-right: 0; }
  header { padding-top: 0; } header .badge { right: 0; top: 0.2rem; } h1 { font-size: 20pt; }
  .columns { display: block; }
  nav { position: static; max-height: none; overflow: visible; padding: 0.8rem 0 0; columns: 2; font-size: 9pt; }
  h2 { break-after: avoid; font-size: 14pt; } h3, h4, .reference { break-after: avoid; }
  .table, pre { max-height: none; overflow: visible; border-radius: 0; }
  table { font-size: 7.5pt; width: 100%; } td { max-width: none; } td.breaks { overflow-wrap: anywhere; min-width: 6rem; } thead { display: table-header-group; } tr, .notice, .facts { break-inside: avoid; }
  th { position: static; white-space: normal; } th, td { padding: 0.2rem 0.35rem; }
  .wide table, .wide tbody, .wide td { display: block; }
  .wide thead, .wide td:empty { display: none; }
  .wide tr { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 0.15rem 0.6rem; padding: 0.4rem 0.5rem; border-bottom: 1px solid var(--line); }
  .wide tr:last-child { border-bottom: 0; }
  .wide td, .wide td.right { padding: 0; min-width: 0; border: 0; text-align: left; overflow-wrap: anywhere; }
  .wide td.long { grid-column: 1 / -1; }
  .wide td::before { content: attr(data-name); display: block; color: var(--soft); font-size: 6.5pt; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 8pt; }
  a { text-decoration: none; }
}
`;
