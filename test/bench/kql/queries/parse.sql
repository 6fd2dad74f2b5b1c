SELECT coalesce(regexp_extract(ProcessCommandLine, '\\jobs\\(.*?)\.', 1), '') AS Job, count(*) AS Runs
FROM DeviceProcessEvents
WHERE FileName = 'powershell.exe'
GROUP BY ALL
