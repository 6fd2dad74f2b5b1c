/** Every id that package.json and the code share, written once; a unit test compares this file with package.json. */

export const notebookType = 'hunt-notebook';
export const controllerId = 'hunt-local';
export const rendererId = 'hunt-result-renderer';
export const resultMime = 'application/vnd.hunt.result+json';

/** Category of every command in the palette. */
export const commandCategory = 'Hunt';

export const commands = {
  newNotebook: 'hunt.newNotebook',
  exportReport: 'hunt.exportReport',
  showAsKql: 'hunt.showAsKql',
  chooseEngine: 'hunt.chooseEngine',
  compareEngines: 'hunt.compareEngines',
  pinFinding: 'hunt.pinFinding',
  setParameters: 'hunt.setParameters',
  restartSession: 'hunt.restartSession',
  cancel: 'hunt.cancel',
  clearResults: 'hunt.clearResults',
  clearLoadCache: 'hunt.clearLoadCache',
} as const;

/** Language ids of runnable cells; `sql` is VS Code's own. */
export const cellLanguages = ['kql', 'hunt', 'sigma', 'sql'] as const;
export type CellLanguage = (typeof cellLanguages)[number];

/** Languages that this extension contributes. */
export const contributedLanguages = ['kql', 'hunt', 'sigma'] as const;

export const settingsSection = 'hunt';

/** Setting names below {@link settingsSection} with their defaults. */
export const settingDefaults = {
  memoryLimit: '',
  threads: 0,
  maxInlineRows: 100,
  storeResults: 'afterRun' as 'afterRun' | 'onSave' | 'never',
  cacheLimit: '5GB',
  downloadLimit: '2GiB',
} as const;
