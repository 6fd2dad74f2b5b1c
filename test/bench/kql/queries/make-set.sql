-- sets: Ports, Programs
SELECT DeviceName, list(DISTINCT RemotePort) AS Ports, list(DISTINCT InitiatingProcessFileName) AS Programs
FROM DeviceNetworkEvents
GROUP BY ALL
