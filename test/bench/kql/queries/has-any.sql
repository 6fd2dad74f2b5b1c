SELECT FileName, AccountName, count(*) AS Hits
FROM DeviceProcessEvents
WHERE regexp_matches(ProcessCommandLine, '(?i)\b(urlcache|encodedcommand|schtasks|bitsadmin)\b')
GROUP BY ALL
