/** The user's settings, checked: a value of the wrong type falls back to its default, which package.json states too. */
import * as vscode from 'vscode';
import { z } from 'zod';
import { settingDefaults, settingsSection } from './contributions.ts';

const settingsSchema = z.object({
  memoryLimit: z.string().catch(settingDefaults.memoryLimit),
  threads: z.int().min(0).catch(settingDefaults.threads),
  maxInlineRows: z.int().min(10).max(1000).catch(settingDefaults.maxInlineRows),
  storeResults: z.enum(['afterRun', 'onSave', 'never']).catch(settingDefaults.storeResults),
  cacheLimit: z.string().catch(settingDefaults.cacheLimit),
  downloadLimit: z.string().catch(settingDefaults.downloadLimit),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Returns the settings that apply to a notebook. */
export function readSettings(scope?: vscode.Uri): Settings {
  const section = vscode.workspace.getConfiguration(settingsSection, scope);
  return settingsSchema.parse(
    Object.fromEntries(Object.keys(settingDefaults).map((name) => [name, section.get(name)])),
  );
}
