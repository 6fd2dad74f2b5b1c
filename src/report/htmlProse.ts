/** Parsed prose as HTML: markdown-it's own structure, with every text through {@link escapeHtml} and nothing loaded. */
import type { Token } from 'markdown-it';
import { escapeHtml } from './htmlEscape.ts';
import { attribute, proseParser } from './prose.ts';

const parser = proseParser();
const { rules } = parser.renderer;
const content = (tokens: Token[], index: number) => tokens[index]?.content ?? '';

rules['text'] = (tokens, index) => escapeHtml(content(tokens, index));
rules['code_inline'] = (tokens, index) => `<code>${escapeHtml(content(tokens, index))}</code>`;
rules['code_block'] = rules['fence'] = (tokens, index) =>
  `<pre><code>${escapeHtml(content(tokens, index))}</code></pre>\n`;
rules['image'] = (tokens, index) =>
  `<span class="image">Image: ${escapeHtml(content(tokens, index))} (${escapeHtml(attribute(tokens[index], 'src'))})</span>`;
rules['link_open'] = (tokens, index) =>
  `<a href="${escapeHtml(attribute(tokens[index], 'href'))}" rel="noopener noreferrer nofollow">`;
rules['table_open'] = () => '<div class="table"><table>\n';
rules['table_close'] = () => '</table></div>\n';
for (const tag of ['th', 'td']) {
  rules[`${tag}_open`] = (tokens, index) => {
    const style = attribute(tokens[index], 'style');
    return style.endsWith('right') ? `<${tag} class="right">` : `<${tag}>`;
  };
}

/** Returns HTML for the body of the report. */
export function htmlProse(tokens: readonly Token[]): string {
  return parser.renderer.render([...tokens], parser.options, {});
}
