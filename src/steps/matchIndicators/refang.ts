/** Indicators as people write them so that nobody clicks: `hxxps://evil[.]example`, back to what logs hold. */

const replacements: readonly (readonly [RegExp, string])[] = [
  // Zero-width characters and byte order marks, which copied text brings along.
  [/[\u200b-\u200d\u2060\ufeff]/g, ''],
  [/^\s*h(?:xx|tt|XX)p(s?)(?=\s*(?:\[?:|\[:\/\/|\():?)/i, 'http$1'],
  [/^\s*(?:fxp|f\[t\]p)(?=\[?:)/i, 'ftp'],
  [/\[:\/\/\]|\[:\]\/\/|\(:\)\/\/|:\[\/\/\]/g, '://'],
  [/\s*[[({<]\s*(?:\.|dot|punkt)\s*[\])}>]\s*/gi, '.'],
  [/\[\.|\.\]/g, '.'],
  [/\\\./g, '.'],
  [/[[({]\s*:\s*[\])}]/g, ':'],
  [/\s*[[({]\s*(?:@|at)\s*[\])}]\s*/gi, '@'],
];

/** The text without its defanging; a text that has none stays as it is, but for white space around it. */
export function refang(text: string): string {
  return replacements.reduce((result, [pattern, by]) => result.replace(pattern, by), text).trim();
}

/** Whether the text is defanged, and so was meant as an indicator. */
export function isDefanged(text: string): boolean {
  return refang(text) !== text.replace(/[\u200b-\u200d\u2060\ufeff]/g, '').trim();
}
