SELECT Timestamp, DeviceName, RemoteIP, RemotePort
FROM DeviceNetworkEvents
WHERE RemotePort > 10000
ORDER BY Timestamp DESC
LIMIT 100
