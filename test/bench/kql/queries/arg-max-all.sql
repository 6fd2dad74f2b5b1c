SELECT DeviceName, Timestamp, DeviceId, ActionType, RemoteIP, RemotePort, RemoteUrl, LocalIP, LocalPort, Protocol,
  InitiatingProcessFileName, InitiatingProcessId, InitiatingProcessCommandLine, InitiatingProcessAccountName, ReportId,
  AdditionalFields
FROM (SELECT unnest(arg_max(e, Timestamp)) FROM DeviceNetworkEvents AS e GROUP BY e.DeviceName)
