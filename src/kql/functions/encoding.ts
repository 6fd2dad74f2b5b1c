/** Base64, URL, compression and punycode, and hashes. */
import type { SqlExpression } from '../expression.ts';
import { jsonOf, longOf, textOf } from './convert.ts';
import { differing, exact, ofFirst, sqlFunction, typed } from './entry.ts';
import type { ScalarTable } from './entry.ts';

const encode64 = typed(['string'], (text) => `to_base64(encode(${text}))`);
const decode64 = typed(['string'], (text) => `kql_base64_decode(${text})`);

/** SQL of xxHash64 of the value's bytes. */
function hashOf(value: SqlExpression): string {
  const isNumber = ['int', 'long', 'datetime', 'timespan'].includes(value.type);
  return isNumber ? `kql_hash_long(CAST(${value.sql} AS BIGINT))` : `kql_hash_text(${textOf(value)})`;
}

/** The hash of the value, brought into the range of the optional modulus. */
const hash = exact(
  ofFirst((value, [modulus]) =>
    modulus === undefined ? hashOf(value) : `kql_modulo(${hashOf(value)}, ${modulus.sql})`,
  ),
);

/** One hash of several: of their text, since Kusto does not document how it combines them. */
function combined(hashes: readonly string[]): string {
  return `kql_hash_text(concat_ws(',', ${hashes.join(', ')}))`;
}

const combinedOtherwise = 'Equal values give equal numbers, but not those that Kusto gives.';

export const encodingFunctions: ScalarTable = {
  base64_encode_tostring: encode64,
  base64_encodestring: encode64,
  base64_decode_tostring: decode64,
  base64_decodestring: decode64,
  base64_decode_toarray: typed(['string'], (text) => `kql_base64_bytes(${text})`),
  base64_encode_fromarray: exact(ofFirst((bytes) => `kql_base64_of_bytes(kql_texts(${jsonOf(bytes)}))`)),
  base64_encode_fromguid: typed(['guid'], (guid) => `kql_base64_of_guid(CAST(${guid} AS VARCHAR))`),
  base64_decode_toguid: typed(['string'], (text) => `kql_guid_of_hex(hex(TRY(from_base64(${text}))))`),
  url_encode: sqlFunction('kql_url_encode', ['string']),
  url_encode_component: sqlFunction('kql_url_encode_component', ['string']),
  url_decode: sqlFunction('kql_url_decode', ['string']),
  zlib_compress_to_base64_string: sqlFunction('kql_zlib_compress', ['string']),
  zlib_decompress_from_base64_string: sqlFunction('kql_zlib_decompress', ['string']),
  gzip_compress_to_base64_string: sqlFunction('kql_gzip_compress', ['string']),
  gzip_decompress_from_base64_string: sqlFunction('kql_gzip_decompress', ['string']),
  punycode_from_string: sqlFunction('kql_punycode_encode', ['string']),
  punycode_to_string: sqlFunction('kql_punycode_decode', ['string']),
  punycode_domain_from_string: sqlFunction('kql_punycode_domain_from_unicode', ['string']),
  punycode_domain_to_string: sqlFunction('kql_punycode_domain_to_unicode', ['string']),
  hash,
  hash_xxhash64: hash,
  hash_combine: differing(combinedOtherwise, (hashes) => combined(hashes.map(longOf))),
  hash_many: differing(combinedOtherwise, (values) => combined(values.map(hashOf))),
  hash_md5: typed(['string'], (text) => `md5(${text})`),
  hash_sha1: typed(['string'], (text) => `sha1(${text})`),
  hash_sha256: typed(['string'], (text) => `sha256(${text})`),
  new_guid: exact(() => 'uuid()'),
};
