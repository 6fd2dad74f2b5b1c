import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * The rooms of `src/`, each with the rooms it may import. Arrows point one way:
 * kql <- engine <- (data, steps, sigma, attack) <- notebook <- report <- (extension, cli);
 * serve puts the local engine behind a protocol for the cli; the renderer runs in a browser and takes types only.
 */
const rooms = /** @type {Record<string, string[]>} */ ({
  kql: [],
  engine: ['kql'],
  attack: [],
  data: ['kql', 'engine'],
  sigma: ['kql', 'engine', 'data', 'attack'],
  steps: ['kql', 'engine', 'data', 'attack', 'sigma'],
  serve: ['kql', 'engine', 'data'],
  notebook: ['kql', 'engine', 'data', 'steps', 'attack', 'sigma'],
  report: ['kql', 'engine', 'attack', 'notebook'],
  cli: ['kql', 'engine', 'data', 'steps', 'sigma', 'attack', 'notebook', 'report', 'serve'],
  extension: ['kql', 'engine', 'data', 'steps', 'sigma', 'attack', 'notebook', 'report'],
  renderer: [],
});

/** The part of the renderer that knows no DOM: the chart options, which the report draws to SVG. */
const sharedByRenderer = /** @type {Record<string, string>} */ ({ report: 'chart/' });

/** One `no-restricted-imports` per room, built whole, since a later entry would replace an earlier one. */
/** @type {import('typescript-eslint').ConfigArray} */
const boundaries = Object.entries(rooms).map(([room, allowed]) => ({
  files: [`src/${room}/**/*.ts`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        paths:
          room === 'extension' ? [] : [{ name: 'vscode', message: 'Only src/extension imports vscode.' }],
        patterns: Object.keys(rooms)
          .filter((other) => other !== room && !allowed.includes(other))
          .map((other) => ({
            regex:
              other === 'renderer' && sharedByRenderer[room]
                ? `^(\\.\\./)+renderer/(?!${sharedByRenderer[room]})`
                : `^(\\.\\./)+${other}/`,
            allowTypeImports: room === 'renderer' || other === 'renderer',
            message: `src/${room} must not import src/${other}.`,
          })),
      },
    ],
  },
}));

/** @type {import('typescript-eslint').ConfigArray} */
export default [
  { ignores: ['out/', 'node_modules/', '**/fixtures/**', 'media/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './src/renderer/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'no-control-regex': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
    },
  },
  ...boundaries,
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-unused-expressions': 'off' } },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        fetch: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
];
