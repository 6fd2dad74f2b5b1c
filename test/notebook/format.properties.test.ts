import assert from 'node:assert/strict';
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import {
  decodeDocument,
  encodeDocument,
  parseDocument,
  serializeDocument,
} from '../../src/notebook/format/index.ts';
import { scanBlocks } from '../../src/notebook/format/blocks.ts';
import { linesOf } from '../../src/notebook/format/lines.ts';
import type { DocumentCell } from '../../src/notebook/huntDocument.ts';

const lineEnding = fc.constantFrom('\n', '\n', '\r\n', '\r');
const hostileLine = fc.oneof(
  fc.constantFrom(
    ...[
      '```kql',
      '```',
      '````',
      '~~~ SQL',
      '~~~',
      '```kusto {title="x"}',
      '   ```hunt',
      '  ```',
      '    ```kql',
      '``` a`b',
      '`````',
    ],
    ...[
      '---',
      '===',
      '***',
      '# One',
      '## Two',
      '### Three',
      '#',
      '- item',
      '-',
      '  more',
      '   ```kql',
      '2. two',
      '1) one',
      '- - x',
      '* * *',
    ],
    ...[
      '> quote',
      '> ```kql',
      '>',
      '> - q',
      '<!-- open',
      '-->',
      '<div>',
      '</div>',
      '<script>',
      '</script>',
      '<?php',
      '<!X',
      '<a href="x">',
      '<b',
    ],
    ...[
      '',
      '',
      ' ',
      '\t',
      '\ttab',
      '-\ttab',
      '  \t```kql',
      'T | take 5',
      'title: x',
      '\ufeff',
      '\0',
      '😀 é',
      '\u2028',
      '\u00a0',
      '[a]: b',
      'text',
    ],
    ...['      deep', '  - nested', '   - nested', '1. ```kql', '- ```sql', '10. x', '    code', '\f'],
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const markdown = fc
  .tuple(
    fc.array(fc.tuple(hostileLine, lineEnding), { maxLength: 24 }),
    fc.boolean(),
    fc.constantFrom('', '', '---\ntitle: x\n---\n', '---\n'),
  )
  .map(([lines, isCut, start]) => {
    const text = start + lines.map(([line, ending]) => line + ending).join('');
    return isCut ? text.replace(/(?:\r\n|\r|\n)$/, '') : text;
  });

const content = (cells: readonly DocumentCell[]): readonly (readonly string[])[] =>
  cells.map(({ kind, language, text }) => [kind, language, text]);
const codeCells = (text: string): readonly (readonly string[])[] =>
  content(parseDocument(text).cells.filter(({ kind, language }) => kind === 'code' && language !== 'yaml'));

describe('notebook format, for any Markdown', () => {
  it('writes back what it read', () => {
    fc.assert(
      fc.property(markdown, (text) => assert.equal(serializeDocument(parseDocument(text).cells), text)),
      { numRuns: 3000 },
    );
  });

  it('writes back the same bytes after VS Code normalised the line endings of its cells', () => {
    fc.assert(
      fc.property(markdown, fc.constantFrom('\n', '\r\n'), (text, ending) => {
        const cells = parseDocument(text).cells.map((cell) => ({
          ...cell,
          text: cell.text.replace(/^\ufeff/, '').replaceAll('\n', ending),
        }));
        assert.equal(serializeDocument(cells), text);
      }),
      { numRuns: 1000 },
    );
  });

  it('writes back any bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      markdown.map((text) => new TextEncoder().encode(`\ufeff${text}`)),
    );
    fc.assert(
      fc.property(bytes, (input) => {
        const decoded = decodeDocument(input);
        const text = serializeDocument(parseDocument(decoded.text).cells);
        assert.deepEqual(encodeDocument({ ...decoded, text }), new Uint8Array(input));
      }),
      { numRuns: 1000 },
    );
  });

  it('finds the fences that markdown-it finds', () => {
    const oracle = new MarkdownIt('commonmark', { html: true });
    oracle.block.ruler.disable(['reference']);
    fc.assert(
      fc.property(markdown, (text) => {
        const starts = [...linesOf(text)].map(({ start }) => start);
        const expected = oracle
          .parse(text, {})
          .filter(({ type, level }) => type === 'fence' && level === 0)
          .map(({ map }) => starts[map?.[0] ?? 0]);
        const found = scanBlocks(text)
          .blocks.filter(({ kind }) => kind === 'fence')
          .map(({ start }) => start);
        assert.deepEqual(found, expected);
      }),
      { numRuns: 5000 },
    );
  });

  it('changes only the bytes of the one edited cell', () => {
    fc.assert(
      fc.property(markdown, fc.nat(), fc.string({ unit: 'binary', maxLength: 20 }), (text, at, edit) => {
        const { cells } = parseDocument(text);
        const index = at % Math.max(cells.length, 1);
        const edited = cells[index];
        if (edited?.raw === undefined) return;
        const source = (some: readonly DocumentCell[]): string =>
          some.map(({ raw }) => (raw === undefined ? '' : raw.before + raw.body + raw.after)).join('');
        const written = serializeDocument(
          cells.map((cell, i) => (i === index ? { ...cell, text: edit } : cell)),
        );
        assert.ok(written.startsWith(source(cells.slice(0, index))), 'what stands before is unchanged');
        assert.ok(written.endsWith(source(cells.slice(index + 1))), 'what stands after is unchanged');
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps every code cell through moves, deletions and insertions', () => {
    const inserted: fc.Arbitrary<DocumentCell> = fc.oneof(
      fc.record({
        kind: fc.constant('code' as const),
        language: fc.constantFrom('kql', 'sql', 'hunt', 'sigma'),
        text: markdown.map((text) => text.replace(/\r\n?/g, '\n')),
      }),
      fc.record({
        kind: fc.constant('prose' as const),
        language: fc.constant('markdown'),
        text: fc.constantFrom(
          '',
          'new',
          '# New',
          '- new',
          '---\na: b\n---',
          '<div>',
          '<!-- x',
          '```text',
          '- a\n\n  ```x',
        ),
      }),
    );
    fc.assert(
      fc.property(
        markdown,
        fc.array(inserted, { maxLength: 3 }),
        fc.infiniteStream(fc.nat()),
        (text, extra, random) => {
          const pool = [...parseDocument(text).cells.filter((_, index) => index % 4 !== 3), ...extra];
          const cells: DocumentCell[] = [];
          for (const index of random) {
            const [next] = pool.splice(index % Math.max(pool.length, 1), 1);
            if (next === undefined) break;
            cells.push(next);
          }
          const expected = content(
            cells.filter(({ kind, language }) => kind === 'code' && language !== 'yaml'),
          );
          assert.deepEqual(codeCells(serializeDocument(cells)), expected);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
