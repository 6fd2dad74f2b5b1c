SELECT module ->> '$.Name' AS Name, count(*) AS Loads, sum(CAST(module ->> '$.Size' AS BIGINT)) AS Total
FROM (
  SELECT unnest(json_extract(AdditionalFields, '$.Modules[*]')) AS module
  FROM DeviceProcessEvents
  WHERE FileName = 'powershell.exe')
WHERE module ->> '$.Name' <> ''
GROUP BY ALL
