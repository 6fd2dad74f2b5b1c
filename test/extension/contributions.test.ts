import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import * as ids from '../../src/extension/contributions.ts';

const manifestSchema = z.object({
  activationEvents: z.array(z.string()),
  icon: z.string(),
  contributes: z.object({
    notebooks: z.array(
      z.object({ type: z.string(), selector: z.array(z.object({ filenamePattern: z.string() })) }),
    ),
    notebookRenderer: z.array(z.object({ id: z.string(), mimeTypes: z.array(z.string()) })),
    languages: z.array(z.object({ id: z.string(), configuration: z.string() })),
    grammars: z.array(z.object({ path: z.string() })),
    commands: z.array(z.object({ command: z.string(), category: z.string() })),
    menus: z.record(z.string(), z.array(z.object({ command: z.string() }))),
    configuration: z.object({ properties: z.record(z.string(), z.object({ default: z.unknown() })) }),
  }),
});

const root = new URL('../../', import.meta.url);
const readJson = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(path, root), 'utf8'));

describe('contributions', () => {
  it('names the same commands as package.json, all under one category', async () => {
    const { commands } = manifestSchema.parse(await readJson('package.json')).contributes;
    assert.deepEqual(commands.map(({ command }) => command).sort(), Object.values(ids.commands).sort());
    assert.deepEqual(new Set(commands.map(({ category }) => category)), new Set([ids.commandCategory]));
  });

  it('puts only known commands into menus', async () => {
    const { menus } = manifestSchema.parse(await readJson('package.json')).contributes;
    const known = new Set<string>(Object.values(ids.commands));
    const unknown = Object.values(menus)
      .flat()
      .filter(({ command }) => !known.has(command));
    assert.deepEqual(unknown, []);
  });

  it('names the same notebook type, renderer and languages as package.json', async () => {
    const { contributes, activationEvents } = manifestSchema.parse(await readJson('package.json'));
    assert.deepEqual(
      contributes.notebooks.map(({ type, selector }) => [
        type,
        selector.map(({ filenamePattern }) => filenamePattern),
      ]),
      [[ids.notebookType, ['*.hunt.md', '*.md']]],
    );
    assert.deepEqual(
      contributes.notebookRenderer.map(({ id, mimeTypes }) => [id, mimeTypes]),
      [[ids.rendererId, [ids.resultMime]]],
    );
    assert.deepEqual(
      contributes.languages.map(({ id }) => id),
      [...ids.contributedLanguages],
    );
    assert.ok(activationEvents.includes(`onNotebook:${ids.notebookType}`));
  });

  it('states the same settings and defaults as package.json', async () => {
    const { properties } = manifestSchema.parse(await readJson('package.json')).contributes.configuration;
    assert.deepEqual(
      Object.fromEntries(Object.entries(properties).map(([name, setting]) => [name, setting.default])),
      Object.fromEntries(
        Object.entries(ids.settingDefaults).map(([name, value]) => [`${ids.settingsSection}.${name}`, value]),
      ),
    );
  });

  it('points at files that exist and parse', async () => {
    const { contributes, icon } = manifestSchema.parse(await readJson('package.json'));
    const json = [
      ...contributes.languages.map(({ configuration }) => configuration),
      ...contributes.grammars.map(({ path }) => path),
    ];
    for (const path of json) await readJson(path);
    assert.ok((await readFile(new URL(icon, root))).length > 0);
  });
});
