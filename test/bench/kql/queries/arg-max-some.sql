SELECT DeviceName, FileName, max(Timestamp) AS Timestamp, arg_max(ProcessCommandLine, Timestamp) AS ProcessCommandLine,
  arg_max(AccountName, Timestamp) AS AccountName, arg_max(SHA256, Timestamp) AS SHA256, count(*) AS Starts
FROM DeviceProcessEvents
GROUP BY DeviceName, FileName
