/** HTML blocks of Markdown (https://spec.commonmark.org/0.31.2/#html-blocks): where one starts and what ends it. */

/** `blank`: the next blank line ends it; otherwise a line that matches, for which `closing` is the shortest text. */
export type HtmlBlockEnd = 'blank' | { readonly pattern: RegExp; readonly closing: string };

const kinds: readonly { readonly start: RegExp; readonly end: HtmlBlockEnd }[] = [
  ...['script', 'pre', 'style', 'textarea'].map((tag) => ({
    start: new RegExp(`^<${tag}(?:[\\s>]|$)`, 'i'),
    end: { pattern: /<\/(?:script|pre|style|textarea)>/i, closing: `</${tag}>` },
  })),
  { start: /^<!--/, end: { pattern: /-->/, closing: '-->' } },
  { start: /^<\?/, end: { pattern: /\?>/, closing: '?>' } },
  { start: /^<![A-Za-z]/, end: { pattern: />/, closing: '>' } },
  { start: /^<!\[CDATA\[/, end: { pattern: /\]\]>/, closing: ']]>' } },
];

const blockTags =
  'address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt ' +
  'fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link ' +
  'main menu menuitem nav noframes ol optgroup option p param search section summary table tbody td tfoot th thead ' +
  'title tr track ul';
const blockTag = new RegExp(`^</?(?:${blockTags.replaceAll(' ', '|')})(?:\\s|/?>|$)`, 'i');

const attribute = /\s+[A-Za-z_:][A-Za-z0-9:._-]*(?:\s*=\s*(?:[^"'=<>`\x00-\x20]+|'[^']*'|"[^"]*"))?/.source;
const wholeTag = new RegExp(
  `^(?:<[A-Za-z][A-Za-z0-9-]*(?:${attribute})*\\s*/?>|</[A-Za-z][A-Za-z0-9-]*\\s*>)\\s*$`,
);
/** A lone tag longer than this is read as text: matching its attributes could take long on a hostile line. */
const maxTagLength = 1000;

/** What ends the HTML block that starts at this text (indentation removed), or undefined when none starts. */
export function htmlBlockEnd(text: string, isInParagraph: boolean): HtmlBlockEnd | undefined {
  if (!text.startsWith('<')) return undefined;
  const kind = kinds.find(({ start }) => start.test(text));
  if (kind !== undefined) return kind.end;
  if (blockTag.test(text)) return 'blank';
  return !isInParagraph && text.length <= maxTagLength && wholeTag.test(text) ? 'blank' : undefined;
}
