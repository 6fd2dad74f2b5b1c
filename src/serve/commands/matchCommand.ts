/** Finds the command that a text means. */
import type { Command, CommandNames } from './command.ts';
import type { Token } from './commandText.ts';

/** Returns the names that the tokens give to the command's syntax, or undefined when they are not this command. */
export function matchCommand({ syntax }: Command, tokens: readonly Token[]): CommandNames | undefined {
  const names: string[] = [];
  let at = 0;
  for (const part of parts(syntax)) {
    const end = matchPart(part.words, tokens, at, names);
    if (end !== undefined) at = end;
    else if (!part.isOptional) return undefined;
  }
  return at === tokens.length ? names : undefined;
}

interface Part {
  readonly words: readonly string[];
  readonly isOptional: boolean;
}

/** `a NAME [b c]` as `a`, `NAME`, and `b c` that may be missing. */
function parts(syntax: string): readonly Part[] {
  return [...syntax.matchAll(/\[([^\]]*)\]|(\S+)/g)].map(([, optional, word]) => ({
    words: (optional ?? word ?? '').split(' '),
    isOptional: optional !== undefined,
  }));
}

/** Returns where the tokens go on after the words; names are kept only when all words match. */
function matchPart(
  words: readonly string[],
  tokens: readonly Token[],
  start: number,
  names: string[],
): number | undefined {
  const found: string[] = [];
  let at = start;
  for (const word of words) {
    const end =
      word === '(NAMES)'
        ? matchList(tokens, at, found)
        : word === '(OPTIONS)'
          ? matchOptions(tokens, at)
          : matchWord(word, tokens[at], at, found);
    if (end === undefined) return undefined;
    at = end;
  }
  for (const name of found) names.push(name);
  return at;
}

function matchWord(word: string, token: Token | undefined, at: number, found: string[]): number | undefined {
  if (token === undefined) return undefined;
  if (token.kind === 'sign') return token.text === word ? at + 1 : undefined;
  if (word === 'NAME') found.push(token.text);
  else if (token.kind === 'name' || !word.split('/').includes(token.text.toLowerCase())) return undefined;
  return at + 1;
}

function matchOptions(tokens: readonly Token[], start: number): number | undefined {
  if (!isSign(tokens[start], '(')) return undefined;
  const end = tokens.findIndex((token, at) => at > start && isSign(token, ')'));
  return end < 0 ? undefined : end + 1;
}

function isSign(token: Token | undefined, sign: string): boolean {
  return token?.kind === 'sign' && token.text === sign;
}

function matchList(tokens: readonly Token[], start: number, found: string[]): number | undefined {
  if (!isSign(tokens[start], '(')) return undefined;
  let at = start + 1;
  while (true) {
    const token = tokens[at];
    if (token === undefined || token.kind === 'sign') return undefined;
    found.push(token.text);
    if (isSign(tokens[at + 1], ')')) return at + 2;
    if (!isSign(tokens[at + 1], ',')) return undefined;
    at += 2;
  }
}
