/** Placeholders of the modifier `expand`: `%Servers%` stands for values that the hunter gives. */
import { failure, quotedNames, type Place } from './sigmaError.ts';

/** Values of each placeholder, by its name without the percent signs. */
export type Placeholders = Readonly<Record<string, readonly string[]>>;

/** The texts that the source stands for, one for each combination of values. `\%` is a plain percent sign. */
export function expanded(source: string, placeholders: Placeholders, place: Place): readonly string[] {
  let texts = [''];
  let hasPlaceholder = false;
  for (const [piece, name] of pieces(source)) {
    if (name === undefined) {
      texts = texts.map((text) => text + piece);
      continue;
    }
    hasPlaceholder = true;
    const values = Object.hasOwn(placeholders, name) ? (placeholders[name] ?? []) : [];
    if (values.length === 0) {
      const known = Object.keys(placeholders);
      const hint = known.length === 0 ? '' : ` Those with values are ${quotedNames(known)}.`;
      throw failure(
        'placeholder',
        `The placeholder %${name}% has no values. Give them as a notebook parameter \`${name}\`, or in \`placeholders\` of the step.${hint}`,
        place,
      );
    }
    texts = texts.flatMap((text) => values.map((value) => text + value));
  }
  if (hasPlaceholder) return texts;
  throw failure('modifier', '`expand` needs a placeholder in the value, such as %Servers%.', place);
}

/** The source in pieces: plain text, or a placeholder with its name. */
function pieces(source: string): (readonly [text: string, name?: string])[] {
  return [...source.matchAll(/\\%|%(\w+)%|[^\\%]+|[\\%]/g)].map(([text, name]) =>
    name !== undefined ? [text, name] : [text === '\\%' ? '%' : text],
  );
}
