-- sets: Hosts
SELECT Protocol, list(DISTINCT RemoteIP) AS Hosts, count(*) AS Connections
FROM DeviceNetworkEvents
GROUP BY ALL
