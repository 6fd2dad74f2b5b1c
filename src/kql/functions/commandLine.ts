/** Windows command lines. */

/**
 * The arguments of a Windows command line, split as `CommandLineToArgvW` does: quotes group, a backslash counts only
 * before a quote, and a doubled quote inside quotes is one quote.
 */
export function parseCommandLine(line: string): string[] {
  const [program, rest] = programOf(line.trimStart());
  const args = program === '' && rest === '' ? [] : [program];
  let argument = '';
  let isQuoted = false;
  let hasArgument = false;
  for (let at = 0; at < rest.length; at++) {
    const character = rest.charAt(at);
    if (character === '\\') {
      const slashes = /^\\+/.exec(rest.slice(at))?.[0].length ?? 1;
      const isBeforeQuote = rest.charAt(at + slashes) === '"';
      argument += '\\'.repeat(isBeforeQuote ? Math.floor(slashes / 2) : slashes);
      at += slashes - 1;
      if (isBeforeQuote && slashes % 2 === 1) {
        argument += '"';
        at++;
      }
      hasArgument = true;
    } else if (character === '"') {
      if (isQuoted && rest.charAt(at + 1) === '"') {
        argument += '"';
        at++;
      } else isQuoted = !isQuoted;
      hasArgument = true;
    } else if (/\s/.test(character) && !isQuoted) {
      if (hasArgument) args.push(argument);
      argument = '';
      hasArgument = false;
    } else {
      argument += character;
      hasArgument = true;
    }
  }
  if (hasArgument) args.push(argument);
  return args;
}

/** The program's name has rules of its own: no escapes, it ends at the closing quote or the first space. */
function programOf(line: string): [program: string, rest: string] {
  const quoted = /^"([^"]*)"?(.*)$/s.exec(line);
  if (quoted) return [quoted[1] ?? '', quoted[2] ?? ''];
  const [, program = '', rest = ''] = /^(\S*)(.*)$/s.exec(line) ?? [];
  return [program, rest];
}
