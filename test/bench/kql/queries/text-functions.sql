SELECT lower(substr(FolderPath, 1, 20)) AS Folder, CAST(Timestamp // 36000000000 % 24 AS INTEGER) AS Hour,
  ActionType || '/' || FileName AS Key, count(*) AS Starts, max(length(ProcessCommandLine)) AS Longest
FROM DeviceProcessEvents
GROUP BY ALL
