SELECT DeviceName, count(*) AS Connections
FROM DeviceNetworkEvents
WHERE RemoteUrl ILIKE '%contoso%'
GROUP BY ALL
