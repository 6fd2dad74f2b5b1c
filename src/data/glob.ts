/** Files that match a path pattern: `*`, `?`, `[abc]`, `{a,b}` inside a name, `**` for any folders; also inside archives. */
import { readdir } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { archiveMember, withZipMembers } from './archives/zipArchive.ts';

export function isGlob(path: string): boolean {
  return /[*?[{]/.test(path);
}

/** Returns the files that match, sorted by path; folders that may not be read count as empty. */
export async function matchingFiles(pattern: string, folder: string): Promise<string[]> {
  const segments = pattern.split(/[\\/]+/);
  const fixed = segments.findIndex(isGlob);
  const start = segments.slice(0, fixed).join('/');
  const root = isAbsolute(pattern) ? resolve(start === '' ? '/' : `${start}/`) : resolve(folder, start);
  const found = await walk(root, segments.slice(fixed));
  return [...new Set(found)].sort();
}

async function walk(folder: string, segments: readonly string[]): Promise<string[]> {
  const [segment, ...rest] = segments;
  if (segment === undefined) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return membersMatching(folder, segments);
  const isLast = rest.length === 0;
  const deeper: Promise<string[]>[] = [];
  const files: string[] = [];
  if (segment === '**') deeper.push(walk(folder, isLast ? ['*'] : rest));
  const matches = segment === '**' ? undefined : nameRegex(segment);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (matches === undefined) {
      // Links to folders are not followed: they may lead back up.
      if (entry.isDirectory() && !entry.name.startsWith('.')) deeper.push(walk(path, segments));
    } else if (matches.test(entry.name)) {
      if (isLast) {
        if (entry.isFile() || entry.isSymbolicLink()) files.push(path);
      } else if (entry.isDirectory() || /\.zip$/i.test(entry.name)) deeper.push(walk(path, rest));
    }
  }
  return [...files, ...(await Promise.all(deeper)).flat()];
}

/** Members of the archive that the path leads to, as paths through it. */
async function membersMatching(path: string, segments: readonly string[]): Promise<string[]> {
  const inside = await archiveMember(`${path}/`);
  if (inside === undefined) return [];
  const { archive, member: start } = inside;
  const fixed = start.split('/').filter((part) => part !== '');
  const names = await withZipMembers(archive, archive, (members) =>
    Promise.resolve(members.map(({ name }) => name)),
  );
  const wanted = [...fixed.map((part) => ({ exact: part })), ...segments.map(segmentTest)];
  return names.filter((name) => matches(name.split('/'), wanted)).map((name) => `${archive}/${name}`);
}

type SegmentTest = { readonly exact: string } | RegExp | 'any folders';

function segmentTest(segment: string): SegmentTest {
  return segment === '**' ? 'any folders' : nameRegex(segment);
}

function matches(parts: readonly string[], tests: readonly SegmentTest[]): boolean {
  const [test, ...others] = tests;
  const [part, ...rest] = parts;
  if (test === undefined) return part === undefined;
  if (part === undefined) return false;
  if (test === 'any folders') {
    // At the end it stands for the names of any depth.
    return others.length === 0 || matches(parts, others) || matches(rest, tests);
  }
  return (test instanceof RegExp ? test.test(part) : test.exact === part) && matches(rest, others);
}

function nameRegex(segment: string): RegExp {
  let depth = 0;
  const source = segment.replace(/\[[^\]]+\]|[\s\S]/g, (part) => {
    if (part.length > 1) return part.replace('[!', '[^').replaceAll('\\', '\\\\');
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (part === '{' && segment.includes('}')) return (depth++, '(?:');
    if (part === '}' && depth > 0) return (depth--, ')');
    if (part === ',' && depth > 0) return '|';
    return part.replace(/[\\^$.|+()[\]{}]/, '\\$&');
  });
  // A leading star does not match hidden files, as in a shell.
  return new RegExp(`^${/^[*?]/.test(segment) ? '(?!\\.)' : ''}${source}$`, 'u');
}
