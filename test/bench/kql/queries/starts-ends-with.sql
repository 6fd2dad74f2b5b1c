SELECT RemoteUrl, count(*) AS Visits
FROM DeviceNetworkEvents
WHERE starts_with(lower(RemoteUrl), 'https://') AND NOT ends_with(lower(RemoteUrl), '.html') AND RemotePort <> 80
GROUP BY ALL
