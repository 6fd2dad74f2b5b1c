/** Macros for base64 and GUID bytes; what cannot be decoded is empty or null. */

export const encodingMacros: readonly string[] = [
  `kql_base64_decode(s) AS coalesce(TRY(decode(from_base64(s))), '')`,
  `kql_bytes_of_hex(digits) AS list_transform(range(1, length(digits), 2),
    lambda i: CAST('0x' || substr(digits, i, 2) AS INTEGER))`,
  `kql_base64_bytes(s) AS to_json(kql_bytes_of_hex(hex(TRY(from_base64(s)))))`,
  `kql_base64_of_bytes(items) AS coalesce(TRY(to_base64(unhex(array_to_string(
    list_transform(items, lambda b: format('{:02x}', CAST(b AS UTINYINT))), '')))), '')`,
  // .NET keeps the first three groups of a GUID little-endian.
  `kql_swapped_guid(h) AS h[7:8] || h[5:6] || h[3:4] || h[1:2] || h[11:12] || h[9:10] || h[15:16] || h[13:14] || h[17:32]`,
  `kql_base64_of_guid(s) AS coalesce(to_base64(unhex(kql_swapped_guid(replace(s, '-', '')))), '')`,
  `kql_guid_of_hex(h) AS CASE WHEN length(h) = 32 THEN CAST(kql_swapped_guid(h) AS UUID) END`,
];
