/** Recognising scripts in process events: the programs that run them, their files, and how a command line hides them. */

/** Programs that run scripts: the interpreters of Windows, and those that scripts of all systems are written for. */
export const scriptHosts: readonly string[] = (
  'powershell.exe powershell_ise.exe pwsh.exe pwsh cmd.exe wscript.exe cscript.exe mshta.exe python.exe pythonw.exe ' +
  'python python3.exe python3 perl.exe perl ruby.exe ruby node.exe node php.exe php bash.exe bash sh.exe sh dash zsh ' +
  'ksh wsl.exe'
).split(' ');

/** Endings of script files, without the dot. */
export const scriptEndings: readonly string[] =
  'ps1 psm1 bat cmd vbs vbe js jse wsf wsh hta py pyw pl rb sh'.split(' ');

const anyEnding = `(?:${scriptEndings.join('|')})`;

/**
 * Regular expressions (RE2, as KQL takes them) whose first group is the script file that a command line names. A path in
 * quotes may hold spaces; without quotes it ends at one.
 */
export const scriptPath = {
  quoted: String.raw`(?i)"((?:[a-z]:|\\\\|/|\.|%|\$)[^"]*\.${anyEnding})"`,
  plain: String.raw`(?i)([^\s"'=]+\.${anyEnding})(?:["'\s;,)&|]|$)`,
} as const;

/** A folder that any user of the machine can write to. */
export const writableFolder = String.raw`(?i)(^|[\\/])(programdata|temp|tmp|public|downloads|appdata|perflogs|\$?recycle\.bin|dev[\\/]shm)[\\/]`;

/** A script in such a folder. */
export const writableScript = String.raw`${writableFolder}[^"']*\.${anyEnding}`;

/** PowerShell takes any beginning of a parameter's name that is not ambiguous. */
export const bypassFlag = String.raw`(?i)\s[-/](ep|ex[a-z]*)[\s:]+["']?(bypass|unrestricted)`;
export const encodedFlag = String.raw`(?i)\s[-/](e|ec|en[a-z]*)\s+["']?[a-z0-9+/=]{16,}|frombase64string`;
export const hiddenFlag = String.raw`(?i)\s[-/]w[a-z]*\s+["']?(hidden|1\b)`;
/** A command line that fetches something. */
export const download = String.raw`(?i)\b(https?|ftp)://|downloadstring|downloadfile|downloaddata|invoke-webrequest|\biwr\b|start-bitstransfer|\bcertutil(\.exe)?\s.*-urlcache`;
