-- sets: Commands
SELECT DeviceName, list(ProcessCommandLine) AS Commands
FROM DeviceProcessEvents
WHERE FileName IN ('net.exe', 'whoami.exe', 'schtasks.exe')
GROUP BY ALL
