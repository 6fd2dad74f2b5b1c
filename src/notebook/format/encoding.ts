/** The bytes of a notebook file as text and back, without changing a byte that the user did not change. */
import type { DocumentProblem } from '../huntDocument.ts';

export interface TextEncodingOfFile {
  /** `latin1` stands for bytes that are not valid UTF-8: each byte is one character, so that none is lost. */
  readonly encoding: 'utf8' | 'latin1';
  /** The file starts with a UTF-8 byte order mark; `text` does not hold it. */
  readonly hasBom: boolean;
}

export interface DecodedDocument extends TextEncodingOfFile {
  readonly text: string;
  /** Set when the bytes are not UTF-8. */
  readonly problem?: DocumentProblem;
}

const byteOrderMark = [0xef, 0xbb, 0xbf];

/** Decodes a notebook file. Never fails: what is not UTF-8 is kept byte for byte and reported as a problem. */
export function decodeDocument(bytes: Uint8Array): DecodedDocument {
  const hasBom = byteOrderMark.every((byte, index) => bytes[index] === byte);
  const content = hasBom ? bytes.subarray(byteOrderMark.length) : bytes;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
    return { text, encoding: 'utf8', hasBom };
  } catch {
    const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1');
    return { text, encoding: 'latin1', hasBom, problem: notUtf8(text) };
  }
}

/**
 * The bytes of `text` in the encoding that the file was read with. A character that a `latin1` file cannot hold in one
 * byte is written as UTF-8, which is what most such files are meant to be.
 */
export function encodeDocument(document: TextEncodingOfFile & { readonly text: string }): Uint8Array {
  const { text, encoding, hasBom } = document;
  const parts: Uint8Array[] = hasBom ? [Uint8Array.from(byteOrderMark)] : [];
  if (encoding === 'utf8') parts.push(Buffer.from(text, 'utf8'));
  else {
    for (const [run] of text.matchAll(/[\0-\xff]+|[^\0-\xff]+/gu)) {
      parts.push(Buffer.from(run, run.charCodeAt(0) <= 0xff ? 'latin1' : 'utf8'));
    }
  }
  return new Uint8Array(Buffer.concat(parts));
}

function notUtf8(text: string): DocumentProblem {
  const isUtf16 = text.startsWith('\xff\xfe') || text.startsWith('\xfe\xff');
  return {
    message: isUtf16
      ? 'The file is UTF-16, which hunt notebooks do not read. Save it as UTF-8; its bytes are kept as they are.'
      : 'The file is not valid UTF-8, so some characters look wrong. Its bytes are kept as they are.',
    line: 1,
    start: 0,
    length: 0,
  };
}
