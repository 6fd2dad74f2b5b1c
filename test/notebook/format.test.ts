import assert from 'node:assert/strict';
import {
  decodeDocument,
  encodeDocument,
  parseDocument,
  serializeDocument,
} from '../../src/notebook/format/index.ts';
import { newNotebookText } from '../../src/notebook/newNotebook.ts';
import type { DocumentCell } from '../../src/notebook/huntDocument.ts';

const shortForm = (text: string): readonly string[] =>
  parseDocument(text).cells.map(({ language, text: content }) => `${language}: ${content}`);
/** The text after one cell was changed. */
function edited(text: string, index: number, change: Partial<DocumentCell>): string {
  return serializeDocument(
    parseDocument(text).cells.map((cell, i) => (i === index ? { ...cell, ...change } : cell)),
  );
}
const newCell = (language: string, text: string): DocumentCell => ({
  kind: language === 'markdown' ? 'prose' : 'code',
  language,
  text,
});

describe('notebook format', () => {
  it('cuts prose at headings of level 1 and 2 and makes cells of runnable fences', () => {
    assert.deepEqual(
      shortForm('# One\n\ntext\n\n## Two\n### Three\n\n```KQL title=x\nT\n| take 1\n```\nafter\n'),
      ['markdown: # One\n\ntext', 'markdown: ## Two\n### Three', 'kql: T\n| take 1', 'markdown: after'],
    );
  });

  it('reads every runnable language, in backticks and tildes, and `kusto` as `kql`', () => {
    assert.deepEqual(shortForm('```kusto\na\n```\n~~~ Hunt\nb\n~~~~\n````sql\n```\n````\n```sigma {x}\nc'), [
      'kql: a',
      'hunt: b',
      'sql: ```',
      'sigma: c',
    ]);
  });

  it('leaves other fences, indented code and whatever is nested in prose', () => {
    for (const text of [
      '```text\n```kql\n```',
      '````md\n```kql\nT\n```\n````',
      '    ```kql\n    T\n    ```',
      '> ```kql\n> T\n> ```',
      '- item\n\n  ```kql\n  T\n  ```',
      '<!--\n```kql\nT\n```\n-->',
      '<details>\n```kql\nT\n```\n</details>',
      '```kqlx\nT\n```',
    ]) {
      assert.deepEqual(
        parseDocument(text).cells.map(({ language }) => language),
        ['markdown'],
        text,
      );
    }
  });

  it('removes and restores the margin of an indented fence', () => {
    const text = '  ```kql\n  T\n    | take 1\n  ```\n';
    assert.deepEqual(shortForm(text), ['kql: T\n  | take 1']);
    assert.equal(edited(text, 0, { text: 'T\n| take 2' }), '  ```kql\n  T\n  | take 2\n  ```\n');
  });

  it('shows front matter as a cell of its own, and reads it', () => {
    const text =
      '---\ntitle: Scan\nseverity: high\nparams:\n  Device: { type: string, default: host-1, description: which }\n  Since: { type: timespan, default: 1d }\n---\n\n# Hunt\n';
    const { cells, frontMatter, problems } = parseDocument(text);
    assert.deepEqual(
      cells.map(({ kind, language }) => [kind, language]),
      [
        ['code', 'yaml'],
        ['prose', 'markdown'],
      ],
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(frontMatter, {
      title: 'Scan',
      severity: 'high',
      params: [
        { name: 'Device', type: 'string', value: 'host-1', description: 'which' },
        { name: 'Since', type: 'timespan', value: '1.00:00:00' },
      ],
    });
    assert.equal(edited(text, 0, { text: 'title: Other' }), '---\ntitle: Other\n---\n\n# Hunt\n');
  });

  it('reports broken front matter at its line and keeps the whole text', () => {
    const problemsOf = (text: string): readonly (readonly [number, string, string])[] => {
      const document = parseDocument(text);
      assert.equal(serializeDocument(document.cells), text);
      return document.problems.map(({ line, start, length, message }) => [
        line,
        text.slice(start, start + length),
        message,
      ]);
    };
    assert.deepEqual(problemsOf('---\ntitle: x\nseverity: huge\n---\n# A\n'), [
      [3, 'huge', 'Front matter: `severity` must be one of informational, low, medium, high.'],
    ]);
    assert.equal(problemsOf('---\ntitle: [a\n---\n# A\n')[0]?.[0], 2);
    assert.deepEqual(
      problemsOf('---\ntitle: x\n# A\n').map(([line]) => line),
      [1],
    );
    assert.deepEqual(
      problemsOf('---\nparams:\n  Port: { type: int, default: ssh }\n---\n').map(([line, at]) => [line, at]),
      [[3, 'ssh']],
    );
    assert.deepEqual(
      problemsOf('---\nparams:\n  "a;b": { type: int, default: 1 }\n---\n').map(([line, at]) => [line, at]),
      [[3, '"a;b"']],
    );
    assert.deepEqual(
      problemsOf('---\ntitle: a\ntitle: b\n---\n').map(([line]) => line),
      [3],
    );
  });

  it('keeps the last line of an unclosed, indented fence that comes to stand after a list', () => {
    const { cells } = parseDocument('   ```hunt\n\n ');
    const written = serializeDocument([{ kind: 'prose', language: 'markdown', text: '- new' }, ...cells]);
    assert.equal(parseDocument(written).cells.find(({ kind }) => kind === 'code')?.text, '\n');
  });

  it('does not end front matter in the text of a cell', () => {
    const text = '---\ntitle: x\n```kql\n---\n```\n';
    const { cells, problems } = parseDocument(text);
    assert.deepEqual(
      cells.filter(({ language }) => language === 'kql').map((cell) => cell.text.trim()),
      ['---'],
    );
    assert.equal(problems.length, 1);
    assert.equal(serializeDocument(cells), text);
  });

  it('takes a thematic break at the start for what it is', () => {
    assert.deepEqual(shortForm('---\n\nText\n\n---\n'), ['markdown: ---\n\nText\n\n---']);
  });

  it('keeps the line endings of the cell that is edited', () => {
    assert.equal(
      edited('a\r\n\r\n```kql\r\nT\r\n```\r\n', 1, { text: 'T\n| take 1' }),
      'a\r\n\r\n```kql\r\nT\r\n| take 1\r\n```\r\n',
    );
  });

  it('writes a new cell with the line endings of the document and blank lines around it', () => {
    const { cells } = parseDocument('a\r\n\r\nb');
    assert.equal(
      serializeDocument([...cells, newCell('kql', 'T\n| take 1')]),
      'a\r\n\r\nb\r\n\r\n```kql\r\nT\r\n| take 1\r\n```\r\n',
    );
    assert.equal(
      serializeDocument([newCell('markdown', 'x'), newCell('sql', ''), newCell('markdown', 'y')]),
      'x\n\n```sql\n```\n\ny\n',
    );
  });

  it('lengthens the fence when its content would close it', () => {
    assert.equal(edited('```kql\nT\n```\n', 0, { text: '```\n````' }), '`````kql\n```\n````\n`````\n');
    assert.equal(serializeDocument([newCell('kql', '```')]), '````kql\n```\n````\n');
  });

  it('renames the fence when the language changes, and keeps its attributes', () => {
    assert.equal(
      edited('```kql {title="x"}\nT\n```\n', 0, { language: 'sql' }),
      '```sql {title="x"}\nT\n```\n',
    );
    assert.equal(edited('```kql\nT\n```\n', 0, { kind: 'prose', language: 'markdown' }), 'T\n');
  });

  it('keeps front matter first when cells move', () => {
    const { cells } = parseDocument('---\ntitle: x\n---\n\n# A\n');
    assert.equal(serializeDocument([...cells].reverse()), '---\ntitle: x\n---\n\n# A\n');
  });

  it('closes what an edited prose cell leaves open', () => {
    assert.deepEqual(codeTexts(edited('a\n\n```kql\nT\n```\n', 0, { text: '```text\nleft open' })), ['T']);
    assert.deepEqual(codeTexts(edited('a\n\n```kql\nT\n```\n', 0, { text: '<!-- left open' })), ['T']);
  });

  it('keeps bytes that are not UTF-8, and says so', () => {
    const bytes = Uint8Array.from([0x23, 0x20, 0xff, 0xe9, 0x0a]);
    const decoded = decodeDocument(bytes);
    assert.equal(decoded.encoding, 'latin1');
    assert.match(decoded.problem?.message ?? '', /not valid UTF-8/);
    assert.deepEqual(encodeDocument(decoded), bytes);
    assert.deepEqual(
      encodeDocument({ ...decoded, text: 'é😀' }),
      Uint8Array.from([0xe9, 0xf0, 0x9f, 0x98, 0x80]),
    );
    assert.match(decodeDocument(Uint8Array.from([0xff, 0xfe, 0x23, 0x00])).problem?.message ?? '', /UTF-16/);
  });

  it('keeps a byte order mark', () => {
    const bytes = new TextEncoder().encode('\ufeff---\ntitle: x\n---\n');
    const decoded = decodeDocument(bytes);
    assert.equal(decoded.hasBom, true);
    assert.equal(parseDocument(decoded.text).frontMatter.title, 'x');
    assert.deepEqual(encodeDocument(decoded), bytes);
  });

  it('reads and writes files of 5 MB, of many cells and of one', () => {
    const unit = 'Prose line.\n\n## Head\n\n```kql\nT | take 5\n```\n\n';
    for (const text of [
      unit.repeat(20_000),
      '# a\n'.repeat(200_000),
      `\`\`\`kql\n${'T | take 5\n'.repeat(450_000)}`,
      'x'.repeat(5_000_000),
    ]) {
      assert.ok(serializeDocument(parseDocument(text).cells) === text);
    }
  }).timeout(120_000);

  it('starts a new notebook from the seven stages', () => {
    const text = newNotebookText();
    const { cells, problems, frontMatter } = parseDocument(text);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      frontMatter.params.map(({ name }) => name),
      ['Device', 'Since'],
    );
    const stages = [...text.matchAll(/^## \d\. (.*)$/gm)].map(([, stage]) => stage);
    assert.deepEqual(stages, [
      'Preparation',
      'Data Collection',
      'Data Analysis',
      'Investigation',
      'Response',
      'Documentation',
      'Improvement',
    ]);
    assert.ok(
      cells.some(({ language }) => language === 'hunt') && cells.some(({ language }) => language === 'kql'),
    );
  });
});

function codeTexts(text: string): readonly string[] {
  return parseDocument(text)
    .cells.filter(({ kind }) => kind === 'code')
    .map((cell) => cell.text);
}
