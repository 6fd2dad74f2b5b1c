SELECT
  CASE WHEN RemotePort = 443 THEN 'web' WHEN RemotePort IN (445, 139) THEN 'smb' WHEN RemotePort = 3389 THEN 'rdp' ELSE 'other' END AS Service,
  CASE WHEN starts_with(RemoteIP, '10.') THEN 'internal' ELSE 'external' END AS Direction,
  count(*) AS Connections, count(DISTINCT DeviceName) AS Devices
FROM DeviceNetworkEvents
GROUP BY ALL
