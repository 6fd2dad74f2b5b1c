/** The modifiers that encode a value before it is searched: `wide`, `utf16`, `base64`, `base64offset`. */

/** UTF-16, low byte first. */
export function utf16le(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

/** UTF-16, high byte first. */
export function utf16be(text: string): Buffer {
  return utf16le(text).swap16();
}

/** UTF-16 with the byte order mark FF FE before it. */
export function utf16(text: string): Buffer {
  return Buffer.concat([Buffer.from([0xff, 0xfe]), utf16le(text)]);
}

/**
 * The three texts of which one is in the Base64 of any data that hold the bytes: for each position in a group of three
 * bytes, the characters that depend on the bytes alone.
 */
export function base64Offsets(bytes: Uint8Array): readonly string[] {
  const firstSure = [0, 2, 3];
  const lastUnsure = [0, 3, 2];
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const cut = lastUnsure[(bytes.length + offset) % 3] ?? 0;
    return encoded.slice(firstSure[offset], encoded.length - cut);
  });
}
