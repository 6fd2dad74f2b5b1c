/** Encodings that SQL lacks: Kusto's own way of URL encoding, zlib and gzip in base64, punycode. */
import { domainToASCII, domainToUnicode } from 'node:url';
import { constants, deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import type { ScalarFunction } from '../../scalarFunction.ts';
import { textFunction } from './textFunction.ts';

/** A decompressed text may be at most this long, so that a small hostile input cannot fill the memory. */
const maxDecompressedBytes = 16 * 1024 * 1024;

/** Percent escapes in lower case; of the punctuation only `-_.!*()` stays, as in .NET's UrlEncode. */
function urlEncode(text: string, space: string): string {
  return encodeURIComponent(toWellFormed(text))
    .replace(/['~]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)
    .replace(/%20/g, space)
    .replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
}

function toWellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

/** Escapes that are no UTF-8 stay as they are. */
function urlDecode(text: string): string {
  return text.replaceAll('+', ' ').replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}

/** What does not shrink is stored as it is, as Kusto does with short texts. */
function levelFor(text: string): number {
  const bytes = Buffer.from(text, 'utf8');
  const level = constants.Z_BEST_SPEED;
  return deflateRawSync(bytes, { level }).length < bytes.length ? level : constants.Z_NO_COMPRESSION;
}

function zlibOf(text: string): Buffer {
  return deflateSync(text, { level: levelFor(text) });
}

/** Kusto's header names neither a compression level nor an operating system. */
function gzipOf(text: string): Buffer {
  const bytes = gzipSync(text, { level: levelFor(text) });
  bytes.set([0, 0xff], 8);
  return bytes;
}

function decompressed(
  text: string,
  decompress: (bytes: Buffer, options: { maxOutputLength: number }) => Buffer,
): string {
  try {
    return decompress(Buffer.from(text, 'base64'), { maxOutputLength: maxDecompressedBytes }).toString(
      'utf8',
    );
  } catch {
    return '';
  }
}

export const encodingJsFunctions: readonly ScalarFunction[] = [
  textFunction('kql_url_encode', 1, (text) => urlEncode(text, '+')),
  textFunction('kql_url_encode_component', 1, (text) => urlEncode(text, '%20')),
  textFunction('kql_url_decode', 1, urlDecode),
  textFunction('kql_zlib_compress', 1, (text) => zlibOf(text).toString('base64')),
  textFunction('kql_zlib_decompress', 1, (text) => decompressed(text, inflateSync)),
  textFunction('kql_gzip_compress', 1, (text) => gzipOf(text).toString('base64')),
  textFunction('kql_gzip_decompress', 1, (text) => decompressed(text, gunzipSync)),
  textFunction('kql_punycode_domain_to_unicode', 1, domainToUnicode),
  textFunction('kql_punycode_domain_from_unicode', 1, domainToASCII),
  textFunction('kql_punycode_encode', 1, (text) => domainToASCII(text).replace(/^xn--/, '')),
  textFunction('kql_punycode_decode', 1, (text) => domainToUnicode(`xn--${text}`)),
];
