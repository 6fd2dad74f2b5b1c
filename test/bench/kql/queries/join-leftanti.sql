SELECT DeviceName, RemoteIP, count(*) AS Connections
FROM DeviceNetworkEvents
WHERE RemotePort = 3389
  AND DeviceName NOT IN (SELECT DeviceName FROM DeviceProcessEvents WHERE FileName IN ('psexec.exe', 'mshta.exe'))
GROUP BY ALL
