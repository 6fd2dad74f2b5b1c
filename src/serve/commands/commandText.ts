/** The text of a management command as words, and the query that may follow it. */
import { ServiceError } from '../serviceError.ts';

export interface Token {
  /** `name`: quoted or in brackets, so no keyword. */
  readonly kind: 'word' | 'name' | 'sign';
  readonly text: string;
}

export interface CommandText {
  readonly tokens: readonly Token[];
  /** What follows the first pipe: a query over the command's rows; empty when there is none. */
  readonly query: string;
  /** Where that query begins in the text. */
  readonly queryStart: number;
}

/** Whether the text is a management command. */
export function isCommand(text: string): boolean {
  return commandVerb(text).startsWith('.');
}

/** Returns the first word of a command, with its dot; empty for a query. */
export function commandVerb(text: string): string {
  const blank = /\s+|\/\/[^\n]*/y;
  const verb = /\.[\p{L}-]*/uy;
  while (blank.test(text)) verb.lastIndex = blank.lastIndex;
  return verb.exec(text)?.[0] ?? '';
}

const pattern =
  /\s+|\/\/[^\n]*|(?<word>\.?[\p{L}\p{N}_-]+)|(?<bracket>\[\s*@?(?<quote>["'])(?<inner>.*?)\k<quote>\s*\])|@?"(?<double>(?:[^"\\]|\\.)*)"|@?'(?<single>(?:[^'\\]|\\.)*)'|(?<sign>[(),=|;*])/suy;

/** Reads a command. Throws {@link ServiceError} at what no command has. */
export function readCommand(text: string): CommandText {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match) {
      const found = text.slice(start, start + 20);
      throw new ServiceError('badRequest', `Syntax error: the command cannot be read at '${found}'.`);
    }
    const { word, bracket, inner, double, single, sign } = match.groups ?? {};
    if (sign === '|') {
      const queryStart = pattern.lastIndex;
      return { tokens, query: text.slice(queryStart), queryStart };
    }
    if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (bracket !== undefined) tokens.push({ kind: 'name', text: inner ?? '' });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else if (double !== undefined || single !== undefined) {
      tokens.push({ kind: 'name', text: unescaped(double ?? single ?? '') });
    }
  }
  return { tokens: withoutEnd(tokens), query: '', queryStart: text.length };
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, '$1');
}

function withoutEnd(tokens: readonly Token[]): readonly Token[] {
  const last = tokens.at(-1);
  return last?.kind === 'sign' && last.text === ';' ? tokens.slice(0, -1) : tokens;
}
