SELECT FileName, coalesce(AdditionalFields ->> '$.ProcessTokenElevation', '') AS Elevation,
  coalesce(AdditionalFields ->> '$.Signer.Status', '') AS Status, count(*) AS Starts
FROM DeviceProcessEvents
WHERE AdditionalFields ->> '$.Signer.Status' = 'Unsigned' OR lower(AdditionalFields ->> '$.ProcessTokenElevation') = 'full'
GROUP BY ALL
