SELECT FileName, DeviceName, count(*) AS Downloads
FROM DeviceProcessEvents
WHERE regexp_matches(ProcessCommandLine, 'https?://[a-z0-9.-]+/p\d+')
GROUP BY ALL
