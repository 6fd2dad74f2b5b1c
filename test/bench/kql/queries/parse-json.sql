SELECT coalesce(json_extract_string(AdditionalFields, '$.tls.version'), '') AS Version, count(*) AS Connections,
  sum(CAST(json_extract_string(AdditionalFields, '$.bytes') AS BIGINT)) AS Total
FROM DeviceNetworkEvents
WHERE RemotePort = 443 AND json_extract_string(nullif(AdditionalFields, ''), '$.direction') = 'Out'
GROUP BY ALL
