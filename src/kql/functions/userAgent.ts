/** Browser, operating system and device of a user agent text, by the families that logs mostly hold. */
import type { JsonValue } from '../types.ts';

type Rule = readonly [pattern: RegExp, family: string];

/** In order: many agents name the browsers they descend from. */
const browsers: readonly Rule[] = [
  [/\bEdg(?:e|A|iOS)?\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/, 'Edge'],
  [/\bOPR\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/, 'Opera'],
  [/\bSamsungBrowser\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/, 'Samsung Internet'],
  [/\bFxiOS\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/, 'Firefox iOS'],
  [/\bFirefox\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/, 'Firefox'],
  [/\bCriOS\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/, 'Chrome Mobile iOS'],
  [/\bHeadlessChrome\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/, 'HeadlessChrome'],
  [/\bChrome\/(\d+)(?:\.(\d+))?(?:\.(\d+))?[\d.]* Mobile/, 'Chrome Mobile'],
  [/\bChrome\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/, 'Chrome'],
  [/\bVersion\/(\d+)(?:\.(\d+))?(?:\.(\d+))?.*Mobile.*Safari\//, 'Mobile Safari'],
  [/\bVersion\/(\d+)(?:\.(\d+))?(?:\.(\d+))?.*Safari\//, 'Safari'],
  [/\bMSIE (\d+)(?:\.(\d+))?/, 'IE'],
  [/\bTrident\/.*rv:(\d+)(?:\.(\d+))?/, 'IE'],
  [/\bcurl\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/i, 'curl'],
  [/\bWget\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/i, 'Wget'],
  [/\bpython-requests\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/i, 'Python Requests'],
  [/\bPowerShell\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/i, 'PowerShell'],
  [/\bGo-http-client\/(\d+)(?:\.(\d+))?/, 'Go-http-client'],
];

const windowsNames: Readonly<Record<string, string>> = {
  '10.0': '10',
  '6.3': '8.1',
  '6.2': '8',
  '6.1': '7',
  '6.0': 'Vista',
  '5.1': 'XP',
};

const systems: readonly Rule[] = [
  [/\bWindows NT (\d+\.\d+)/, 'Windows'],
  [/\b(?:iPhone|iPad|iPod)[^)]*? OS (\d+)_(\d+)(?:_(\d+))?/, 'iOS'],
  [/\bAndroid (\d+)(?:\.(\d+))?(?:\.(\d+))?/, 'Android'],
  [/\bMac OS X (\d+)[._](\d+)(?:[._](\d+))?/, 'Mac OS X'],
  [/\bCrOS \S+ (\d+)(?:\.(\d+))?(?:\.(\d+))?/, 'Chrome OS'],
  [/\bUbuntu\b/, 'Ubuntu'],
  [/\bLinux\b/, 'Linux'],
];

/** `{"Browser": {...}, "OperatingSystem": {...}, "Device": {...}}`; an unknown family is `Other`. */
export function parseUserAgent(text: string): JsonValue {
  const browser = firstMatch(browsers, text);
  const system = firstMatch(systems, text);
  const windows = system.family === 'Windows' ? windowsNames[system.version[0] ?? ''] : undefined;
  const version = windows === undefined ? system.version : [windows];
  return {
    Browser: { Family: browser.family, ...versionBag(browser.version, 'Patch') },
    OperatingSystem: { Family: system.family, ...versionBag(version, 'Patch'), PatchMinor: '' },
    Device: deviceOf(text, system.family),
  };
}

function firstMatch(rules: readonly Rule[], text: string): { family: string; version: string[] } {
  for (const [pattern, family] of rules) {
    const match = pattern.exec(text);
    if (match) return { family, version: match.slice(1).map((part: string | undefined) => part ?? '') };
  }
  return { family: 'Other', version: [] };
}

function versionBag(version: readonly string[], last: string): Record<string, string> {
  return { MajorVersion: version[0] ?? '', MinorVersion: version[1] ?? '', [last]: version[2] ?? '' };
}

function deviceOf(text: string, system: string): JsonValue {
  const apple = /\b(iPhone|iPad|iPod)\b/.exec(text)?.[1];
  if (apple !== undefined) return { Family: apple, Brand: 'Apple', Model: apple };
  if (system === 'Mac OS X') return { Family: 'Mac', Brand: 'Apple', Model: 'Mac' };
  const model = /\bAndroid [\d.]+; ([^;)]+?)(?: Build\/[^)]*)?\)/.exec(text)?.[1];
  return model === undefined
    ? { Family: 'Other', Brand: '', Model: '' }
    : { Family: model, Brand: 'Generic_Android', Model: model };
}
