SELECT DeviceName, count(DISTINCT RemoteIP) AS Hosts, count(DISTINCT RemotePort) AS Ports
FROM DeviceNetworkEvents
WHERE RemotePort > 0
GROUP BY ALL
