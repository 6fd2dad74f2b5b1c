/** Hostile text shows as text in both formats. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { escapeHtml } from '../../src/report/htmlEscape.ts';
import { htmlProse } from '../../src/report/htmlProse.ts';
import { escapeMarkdown, escapeMarkdownLine, fenced } from '../../src/report/markdownEscape.ts';
import { markdownProse } from '../../src/report/markdownProse.ts';
import { parseProse } from '../../src/report/prose.ts';
import { visibleText } from '../../src/report/visibleText.ts';
import { elementsIn, textIn } from './htmlTokens.ts';

/** A reader that believes everything: raw HTML, bare web addresses as GFM finds them, every link. */
const reader = new MarkdownIt({ html: true, linkify: true });
reader.linkify.set({ fuzzyEmail: false, fuzzyLink: false });
reader.validateLink = () => true;

/** Pieces that mean something to Markdown, HTML or a terminal, and some plain words. */
const hostilePieces = [
  ...[
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '&lt;',
    '&#x41;',
    '&copy',
    '<!--',
    '-->',
    ']]>',
  ],
  ...[
    '[a](javascript:alert(1))',
    '![x](http://e.example/t.png)',
    '[.]',
    '[:]',
    '[.](x)',
    '[x]: y',
    '<http://e.example>',
  ],
  ...[
    'http://e.example',
    'www.e.example',
    'a@e.example',
    '*',
    '**',
    '_',
    '`',
    '``',
    '```',
    '~~',
    '|',
    '\\',
    '\\|',
    '#',
    '# ',
  ],
  ...[
    '- ',
    '+ ',
    '1. ',
    '1) ',
    '=',
    '---',
    '===',
    '> ',
    '$x$',
    '!',
    '{',
    '}',
    ':-',
    ' ',
    '  ',
    '\t',
    '\n',
    '\r\n',
    '\n\n',
  ],
  ...[
    '\u001b[31m',
    '\u0000',
    '\u0007',
    '\u007f',
    '\u0085',
    '\u202e',
    '\u2066',
    '\u200b',
    '\ufeff',
    '\u2028',
    '\ud800',
  ],
  ...['word', 'T1046', '10.0.0.5', 'C:\\x\\y.ps1', '🕵️‍♂️', 'ğŸ§°', 'é', '"', "'"],
];
const hostileText = fc.oneof(
  fc.array(fc.constantFrom(...hostilePieces), { maxLength: 8 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

/** The only text of a table cell, heading or paragraph that the believing reader sees; fails on anything but text. */
function readText(markdown: string, inside: string): string {
  const tokens = reader.parse(markdown, {});
  const opened = tokens.findIndex(({ type }) => type === inside);
  const children = tokens[opened + 1]?.children ?? [];
  assert.deepEqual(
    children.filter(({ type }) => type !== 'text' && type !== 'text_special').map(({ type }) => type),
    [],
    markdown,
  );
  return children.map(({ content }) => content).join('');
}

describe('text in the Markdown report', () => {
  it('reads as itself in a table cell, whatever it holds', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const table = `| a | b |\n| --- | --- |\n| ${escapeMarkdown(text)} | end |`;
        assert.equal(readText(table, 'td_open'), visibleText(text));
        assert.equal(reader.parse(table, {}).filter(({ type }) => type === 'td_open').length, 2);
      }),
      { numRuns: 500 },
    );
  });

  it('reads as itself in a heading, a list item and a paragraph', () => {
    fc.assert(
      fc.property(
        hostileText.filter((text) => text !== ''),
        (text) => {
          assert.equal(readText(`### ${escapeMarkdown(text)}\n`, 'heading_open'), visibleText(text));
          assert.equal(readText(`- ${escapeMarkdownLine(text)}\n`, 'paragraph_open'), visibleText(text));
          assert.equal(
            readText(`before\n\n${escapeMarkdownLine(text)}\n`.slice(8), 'paragraph_open'),
            visibleText(text),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('cannot end the fence that holds it', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const [fence, ...rest] = reader.parse(fenced(text, 'kql'), {});
        const visible = visibleText(text.replaceAll('\r\n', '\n'), { keepLines: true });
        assert.equal(fence?.type, 'fence');
        assert.equal(fence.content.replace(/\n$/, ''), visible.replace(/\n$/, ''));
        assert.deepEqual(rest, []);
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps defanged addresses and common punctuation readable in the source', () => {
    assert.equal(escapeMarkdown('10[.]0[.]0[.]5'), '10[.]0[.]0[.]5');
    assert.equal(
      escapeMarkdown('powershell.exe -File C:\\a.ps1 & exit'),
      'powershell.exe -File C:\\\\a.ps1 & exit',
    );
    assert.equal(escapeMarkdown('0.98'), '0.98');
    assert.equal(escapeMarkdown('ATT&CK'), 'ATT&CK');
  });
});

describe('prose in the report', () => {
  /** All text that a reader sees, without the white space that printing may move. */
  const seen = (tokens: ReturnType<typeof parseProse>) =>
    tokens
      .flatMap((token) =>
        token.type === 'inline'
          ? [...(token.children ?? []), { type: 'softbreak', content: '', attrGet: () => null }]
          : [token],
      )
      .map((token) =>
        token.type === 'image'
          ? `Image: ${token.content} (${String(token.attrGet('src'))})`
          : token.type.endsWith('break')
            ? ' '
            : token.content,
      )
      .join('')
      .replaceAll(/\s+/g, ' ')
      .trim();

  it('keeps its text, and no HTML, image or script link comes through in Markdown', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...hostilePieces, '\n', '\n\n'), { maxLength: 12 }), (pieces) => {
        const parsed = parseProse(pieces.join(''));
        const printed = markdownProse(parsed);
        const again = new MarkdownIt({ html: true }).parse(printed, {});
        const all = again.flatMap((token) => [token, ...(token.children ?? [])]);
        assert.deepEqual(
          all.filter(({ type }) => type.startsWith('html') || type === 'image').map(({ content }) => content),
          [],
          printed,
        );
        for (const link of all.filter(({ type }) => type === 'link_open')) {
          assert.match(String(link.attrGet('href')), /^(https?:|mailto:|#|[\w./-]*$)/);
        }
        assert.equal(seen(again), seen(parsed), printed);
      }),
      { numRuns: 500 },
    );
  });

  it('gives only the elements of Markdown in HTML', () => {
    const allowed = new Set(
      'p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code em strong s a hr br table thead tbody tr th td div span'.split(
        ' ',
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...hostilePieces), { maxLength: 12 }), (pieces) => {
        for (const { name, attributes } of elementsIn(htmlProse(parseProse(pieces.join(''))))) {
          assert.ok(allowed.has(name), name);
          for (const attribute of Object.keys(attributes))
            assert.match(attribute, /^(class|href|rel|start)$/);
          assert.doesNotMatch(attributes['href'] ?? '', /^\s*(javascript|data|vbscript|file):/i);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('prints tables, nested lists, code and quotes as they were', () => {
    const source = [
      '| a | b |\n| --- | ---: |\n| `x \\| y` | 2 |',
      '- one\n  - two\n    1. three',
      '> quoted\n>\n> - item',
      '````kql\nprint "```"\n````',
      '*soft* **strong** ~~gone~~ [site](<https://e.example/a>)',
    ].join('\n\n');
    const twice = markdownProse(parseProse(markdownProse(parseProse(source))));
    assert.equal(twice, markdownProse(parseProse(source)));
    assert.equal(new MarkdownIt().render(twice), new MarkdownIt().render(source));
  });
});

describe('text in the HTML report', () => {
  it('adds no element and reads as itself', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const html = `<td title="${escapeHtml(text)}">${escapeHtml(text)}</td>`;
        assert.deepEqual(
          elementsIn(html).map(({ name }) => name),
          ['td'],
        );
        assert.equal(textIn(html), visibleText(text, { keepLines: true }));
      }),
      { numRuns: 500 },
    );
  });
});

describe('visible text', () => {
  it('shows controls, escapes and bidirectional marks, and leaves emoji alone', () => {
    assert.equal(visibleText('\u001b[31mred\u0000'), '␛[31mred␀');
    assert.equal(visibleText('a\u202egnp.exe'), 'a⟨U+202E⟩gnp.exe');
    assert.equal(visibleText('x\ud800y\u200b'), 'x⟨U+D800⟩y⟨U+200B⟩');
    assert.equal(visibleText('🕵️‍♂️ é'), '🕵️‍♂️ é');
    assert.equal(visibleText('a\n\tb', { keepLines: true }), 'a\n\tb');
    assert.equal(visibleText('a\n\tb'), 'a␊␉b');
  });
});
