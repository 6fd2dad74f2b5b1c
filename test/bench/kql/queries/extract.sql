SELECT FileName, DeviceName, count(*) AS Starts
FROM DeviceProcessEvents
WHERE TRY_CAST(regexp_extract(ProcessCommandLine, '--id=(\d+)', 1) AS BIGINT) > 100000
GROUP BY ALL
