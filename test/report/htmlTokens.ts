/** A strict tokenizer for the HTML that the report writes: every `<` must open or close a well-formed tag. */
import assert from 'node:assert/strict';

export interface HtmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const tag = /<(\/?)([a-z][a-zA-Z0-9]*)((?:\s+[a-zA-Z0-9:-]+(?:="[^"<>]*")?)*)\s*\/?>|<!doctype html>/g;

/** The opening tags in order; fails on a stray `<` or `>` and on an `&` that is no entity. */
export function elementsIn(html: string): HtmlElement[] {
  const elements: HtmlElement[] = [];
  const rest = html.replaceAll(
    tag,
    (whole: string, slash: string | undefined, name: string | undefined, attributes = '') => {
      if (slash === '' && name !== undefined) {
        const pairs = [...String(attributes).matchAll(/([a-zA-Z0-9:-]+)(?:="([^"]*)")?/g)];
        elements.push({
          name,
          attributes: Object.fromEntries(pairs.map(([, key = '', value = '']) => [key, decode(value)])),
        });
      }
      return whole.startsWith('<!') || whole.startsWith('<') ? '' : whole;
    },
  );
  const withoutStyle = rest;
  assert.doesNotMatch(withoutStyle, /[<>]/);
  assert.doesNotMatch(withoutStyle, /&(?!(?:amp|lt|gt|quot|#39);)/);
  return elements;
}

/** The text between the tags. */
export function textIn(html: string): string {
  return decode(html.replaceAll(tag, ''));
}

function decode(text: string): string {
  const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => characters[name] ?? '');
}
