SELECT DeviceName, FileName, count(*) AS Starts, count(DISTINCT AccountName) AS Accounts
FROM DeviceProcessEvents
WHERE lower(FileName) IN ('powershell.exe', 'cmd.exe', 'wscript.exe', 'mshta.exe', 'rundll32.exe')
  AND ActionType = 'ProcessCreated'
GROUP BY ALL
