/** Makes characters that hide, reorder or command visible, so that hostile log content shows what it is. */

/** `keepLines` leaves line feeds and tabs as they are: for fences and for formats that can show them. */
export interface VisibleTextOptions {
  readonly keepLines?: boolean;
}

/**
 * Control characters (C0 with ANSI's ESC, DEL, C1), lone surrogates, line and paragraph separators, and all that Unicode
 * says may be ignored when drawn: bidirectional controls, zero-width characters, fillers, tags.
 */
const invisible = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;

/** Emoji need the joiner and the variation selectors, which neither hide nor reorder text. */
const emojiParts = /\u200d|[\ufe00-\ufe0f]/;

/** Returns the text with each such character as a control picture (`␛`) or its code point (`⟨U+202E⟩`). */
export function visibleText(text: string, options: VisibleTextOptions = {}): string {
  return text.replace(invisible, (character) => {
    if (emojiParts.test(character)) return character;
    if (options.keepLines && (character === '\n' || character === '\t')) return character;
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    if (code === 0x7f) return '\u2421';
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}
