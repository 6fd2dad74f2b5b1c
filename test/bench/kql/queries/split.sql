SELECT split_part(RemoteUrl, '/', 1) AS Host, split_part(RemoteIP, '.', 1) AS Network, count(*) AS Connections
FROM DeviceNetworkEvents
WHERE RemoteUrl <> ''
GROUP BY ALL
