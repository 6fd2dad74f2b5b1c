/** List markers of Markdown (https://spec.commonmark.org/0.31.2/#list-items). */

/**
 * The marker that starts the text (indentation removed): `width` is what later lines must be indented by, relative to
 * the marker, to belong to the item. Undefined when no item starts here.
 */
export function listMarker(text: string, isInParagraph: boolean): { readonly width: number } | undefined {
  const match = /^(?:[*+-]|(\d{1,9})[.)])(?= |$)/.exec(text);
  if (match === null) return undefined;
  const [marker, number] = match;
  const rest = text.slice(marker.length);
  const isBlank = /^ *$/.test(rest);
  // Only a filled item, and among numbers only 1, may interrupt a paragraph.
  if (isInParagraph && (isBlank || (number !== undefined && Number(number) !== 1))) return undefined;
  const spaces = /^ */.exec(rest)?.[0].length ?? 0;
  return { width: marker.length + (isBlank || spaces > 4 ? 1 : spaces) };
}
