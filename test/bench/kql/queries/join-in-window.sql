SELECT ProcessTime, n.Timestamp, n.DeviceName, n.RemoteIP
FROM (
  SELECT DeviceName, ProcessId, min(Timestamp) AS ProcessTime
  FROM DeviceProcessEvents
  WHERE lower(FileName) IN ('certutil.exe', 'bitsadmin.exe', 'python.exe')
  GROUP BY ALL) AS p
JOIN DeviceNetworkEvents AS n
  ON n.DeviceName = p.DeviceName AND n.InitiatingProcessId = p.ProcessId
  AND n.Timestamp BETWEEN p.ProcessTime AND p.ProcessTime + 864000000000
WHERE n.ActionType = 'ConnectionSuccess'
