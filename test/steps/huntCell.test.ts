import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseHuntCell } from '../../src/steps/huntCell.ts';

/** Each error as the text that it points at and its message. */
function complaintsOf(text: string): readonly (readonly [string, string])[] {
  const parsed = parseHuntCell(text);
  return parsed.ok
    ? []
    : parsed.errors.map(({ start, length, message }) => [text.slice(start, start + length), message]);
}

describe('hunt cell', () => {
  it('gives the step, its arguments with defaults, and the name of the result', () => {
    const parsed = parseHuntCell('# who scans?\nfind-scans:\n  exclude: [10.0.0.42] # allowed\nas: Scans\n');
    assert.ok(parsed.ok);
    assert.equal(parsed.step.verb, 'find-scans');
    assert.equal(parsed.as, 'Scans');
    const args = parsed.args as { readonly in: string; readonly exclude: readonly string[] };
    assert.equal(args.in, 'DeviceNetworkEvents');
    assert.deepEqual(args.exclude, ['10.0.0.42']);
  });

  it('points at an alias that nothing anchors', () => {
    assert.deepEqual(complaintsOf('load:\n  A: *.csv\n'), [
      [
        '*.csv',
        'Nothing above is marked `&.csv`. Mark it, or put the value in quotes when it begins with `*`.',
      ],
    ]);
    assert.ok(parseHuntCell('load:\n  A: &x a.csv\n  B: *x\n').ok);
  });

  it('takes a verb without arguments', () => {
    assert.ok(parseHuntCell('find-scans:').ok);
  });

  it('finds the place of an argument, or of what is around it', () => {
    const text = 'find-scans:\n  exclude: [10.0.0.1, 10.0.0.2]';
    const parsed = parseHuntCell(text);
    assert.ok(parsed.ok);
    const at = (...path: (string | number)[]): string => {
      const { start, length } = parsed.placeOf(path);
      return text.slice(start, start + length);
    };
    assert.equal(at('exclude', 1), '10.0.0.2');
    assert.equal(at('exclude'), '[10.0.0.1, 10.0.0.2]');
    assert.equal(at('exclude', 7), 'exclude');
    assert.equal(at('in'), 'find-scans');
    assert.equal(at(), 'find-scans');
  });

  it('offers close names for an unknown step and an unknown argument', () => {
    const text = 'find-scan:\n  in: T';
    const parsed = parseHuntCell(text);
    assert.ok(!parsed.ok);
    assert.deepEqual(parsed.errors[0]?.suggestions, ['find-scans']);
    assert.equal(parsed.errors[0].code, 'unknown-step');
    assert.deepEqual(complaintsOf('find-scans:\n  windw: 10m'), [
      ['windw', '`find-scans` has no argument `windw`. Did you mean `window`?'],
    ]);
  });

  it('says what was expected at the value', () => {
    assert.deepEqual(complaintsOf('find-scans:\n  in: [a]\n  window: 5\n'), [
      ['[a]', '`in` must be text, not a list.'],
      ['5', '`window` must be text, not a number.'],
    ]);
    assert.deepEqual(complaintsOf('find-scans: hello'), [
      ['find-scans', '`find-scans` must be a map (`name: value` lines), not text.'],
    ]);
    assert.deepEqual(complaintsOf('find-scans:\n  exclude: [10.0.0.1, 10.0.0.300]')[0]?.[0], '10.0.0.300');
  });

  it('refuses a name that no table can have', () => {
    for (const name of ['9x', 'a b', '"a;b"', '[a]', '1', '']) {
      const parsed = parseHuntCell(`find-scans:\nas: ${name}`);
      assert.ok(!parsed.ok, name);
      assert.equal(parsed.errors[0]?.code, 'as');
    }
  });

  it('takes one step', () => {
    assert.deepEqual(complaintsOf('find-scans: {}\ncorrelate-processes: {}'), [
      ['correlate-processes', 'A cell holds one step. Move `correlate-processes` to a cell of its own.'],
    ]);
    assert.match(complaintsOf('find-scans:\nwindow: 10m')[0]?.[1] ?? '', /Indent it if it is an argument/);
  });

  it('puts YAML errors at their place', () => {
    assert.deepEqual(complaintsOf('find-scans:\n  in: a\n  in: b'), [
      ['in', 'This key stands here twice. Keep one of them.'],
    ]);
    assert.deepEqual(complaintsOf('find-scans:\n\tin: a'), [
      ['\t', 'YAML is indented with spaces; here is a tab.'],
    ]);
    assert.equal(complaintsOf('find-scans: [').length > 0, true);
    assert.equal(complaintsOf('a: 1\n---\nb: 2').length > 0, true);
  });

  it('does not expand an alias bomb', () => {
    const lines = ['find-scans:', '  a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [name, previous] of Object.entries({
      b: 'a',
      c: 'b',
      d: 'c',
      e: 'd',
      f: 'e',
      g: 'f',
      h: 'g',
      i: 'h',
    })) {
      lines.push(`  ${name}: &${name} [${Array(9).fill(`*${previous}`).join(', ')}]`);
    }
    const parsed = parseHuntCell(lines.join('\n'));
    assert.ok(!parsed.ok);
    assert.deepEqual(
      parsed.errors.map(({ code }) => code),
      ['yaml'],
    );
  });

  it('says that a cell without a step names none', () => {
    for (const text of ['', '\n', '# only a comment']) {
      const parsed = parseHuntCell(text);
      assert.ok(!parsed.ok);
      assert.equal(parsed.errors[0]?.code, 'empty-cell');
    }
    assert.match(complaintsOf('find-scans')[0]?.[1] ?? '', /names no step/);
  });

  it('never throws, and never points outside the text', () => {
    const piece = fc.constantFrom(
      ...[
        'find-scans',
        'map-ttps',
        'as',
        ':',
        ': ',
        '\n',
        '\n  ',
        '- ',
        '[',
        ']',
        '{',
        '}',
        '&a ',
        '*a',
        '"',
        "'",
        '#',
        '|',
        '>',
        '%',
        '@',
        '!!x ',
        '? ',
        ',',
      ],
      ...[
        'in',
        'exclude',
        'from',
        'also',
        '10m',
        'T',
        '\t',
        '\0',
        '__proto__',
        'constructor',
        '---\n',
        '...',
        '\ufeff',
        '😀',
      ],
    );
    const text = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (source) => {
        const parsed = parseHuntCell(source);
        if (parsed.ok) return;
        assert.ok(parsed.errors.length > 0);
        for (const { start, length } of parsed.errors)
          assert.ok(start >= 0 && length >= 0 && start + length <= source.length);
      }),
      { numRuns: 1000 },
    );
  });
});
