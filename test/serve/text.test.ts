/** Texts as the service reads them, before and beside the engine; none takes longer than its length deserves. */
import assert from 'node:assert/strict';
import { commandVerb, isCommand, readCommand } from '../../src/serve/commands/commandText.ts';
import { matchCommand } from '../../src/serve/commands/matchCommand.ts';
import { declaredParameters, setOptions } from '../../src/serve/request/queryText.ts';
import { requestProperties } from '../../src/serve/request/properties.ts';

describe('texts of requests', () => {
  it('are commands where they begin with a dot, after blanks and comments', () => {
    for (const text of ['.show', ' \n.show', '// a.b\n .show', '.']) assert.ok(isCommand(text), text);
    for (const text of ['', 'T', '// .show', 'T\n.show', '1.5', '"."']) assert.ok(!isCommand(text), text);
    assert.equal(commandVerb('// x\n  .Show tables'), '.Show');
  });

  it('say what set statements set, wherever they stand, and nothing that a string says', () => {
    const text = `set a; set B = 5 ;
      // set c = 1;
      set d="x;y"; let set_e = "set e = 1; set f;"; set g = 'q'; T | where x == "; set h;" | extend set = 1`;
    assert.deepEqual(Object.fromEntries(setOptions(text)), { a: 'true', b: '5', d: 'x;y', g: 'q' });
  });

  it('declare parameters, with defaults and odd names', () => {
    const text = `declare query_parameters(a:long, ['b c'] : string = "x, y:int)", d: dynamic = dynamic([1, 2]), e:date=datetime(2024), f:nonsense);
      print "declare query_parameters(z:int)"`;
    assert.deepEqual(declaredParameters(text), [
      { name: 'a', type: 'long' },
      { name: 'b c', type: 'string' },
      { name: 'd', type: 'dynamic' },
      { name: 'e', type: 'datetime' },
    ]);
    assert.deepEqual(declaredParameters('declare query_parameters('), []);
  });

  it('ask for limits and times in every form that clients write', () => {
    const timeout = (servertimeout: unknown) => requestProperties({ servertimeout }, '').timeoutMs;
    assert.deepEqual(
      ['00:00:20', '50m', 'time(1.5s)', '1.00:00:00', 30_000_000].map(timeout),
      [20_000, 3_000_000, 1500, 3_600_000, 3000],
    );
    assert.equal(requestProperties({}, 'T').timeoutMs, 4 * 60_000);
    assert.equal(requestProperties({}, '.show tables').timeoutMs, 10 * 60_000);
    const { maxRecords, maxBytes, isFragmented } = requestProperties(
      { TruncationMaxRecords: '7', notruncation: false, unknown: {}, results_progressive_enabled: 'true' },
      'set truncationmaxsize = 10;',
    );
    assert.deepEqual([maxRecords, maxBytes, isFragmented], [7, 10, true]);
    assert.equal(requestProperties({}, 'set notruncation; T').maxRecords, Infinity);
  });

  it('are read as words, names and signs, up to a query', () => {
    const text = `.show tables (A, ['b c'], "d\\"e") // all\n| count`;
    const { tokens, query, queryStart } = readCommand(text);
    assert.deepEqual(
      tokens.map((token) => token.text),
      ['.show', 'tables', '(', 'A', ',', 'b c', ',', 'd"e', ')'],
    );
    assert.deepEqual([query, queryStart], [' count', text.indexOf('|') + 1]);
  });

  it('mean a command by its words, whatever the case, and never by quoted ones', () => {
    const names = (syntax: string, text: string) =>
      matchCommand({ syntax, run: () => ({ columns: [], rows: [] }) }, readCommand(text).tokens);
    assert.deepEqual(names('.show table NAME schema [as json]', '.SHOW Table T schema'), ['T']);
    assert.deepEqual(names('.show table NAME schema [as json]', ".show table ['schema'] schema as json"), [
      'schema',
    ]);
    assert.equal(names('.show tables', ".show 'tables'"), undefined);
    assert.equal(names('.show tables', '.show tables x'), undefined);
    assert.deepEqual(names('.show a/b (NAMES)', '.show b (x, "y")'), ['x', 'y']);
    assert.equal(names('.show a/b (NAMES)', '.show b (x y)'), undefined);
  });

  it('are read in time however they are made', () => {
    const long = 20_000;
    for (const part of [
      '// ',
      '/',
      ' ',
      '\n//',
      '"',
      "'",
      '\\',
      '(',
      ';',
      'set a',
      '; set ',
      '['.repeat(3),
      '`',
      '@"',
      '.',
      'declare query_parameters(',
    ]) {
      const text = part.repeat(long);
      isCommand(text);
      setOptions(text);
      declaredParameters(text);
      declaredParameters(`declare query_parameters(${text}`);
      try {
        readCommand(`.show ${text}`);
      } catch (error) {
        assert.match(String(error), /cannot be read/);
      }
    }
  });
});
