SELECT p.DeviceName, p.AccountName, count(DISTINCT n.RemoteIP) AS Targets, count(*) AS Connections
FROM (SELECT DISTINCT DeviceName, AccountName FROM DeviceProcessEvents WHERE FileName = 'powershell.exe') AS p
JOIN DeviceNetworkEvents AS n ON n.DeviceName = p.DeviceName AND n.InitiatingProcessAccountName = p.AccountName
WHERE n.RemotePort = 445
GROUP BY ALL
