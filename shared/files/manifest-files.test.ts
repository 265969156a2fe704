import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readManifestFiles } from './manifest-files.ts';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rolecall-manifests-'));
  await mkdir(join(cwd, 'maps', 'b', '.hidden'), { recursive: true });
  await mkdir(join(cwd, 'empty'));
  const files = { 'maps/z.yaml': 'z', 'maps/a.yml': 'a', 'maps/b/c.YAML': 'c', 'maps/readme.md': 'no' };
  for (const [path, text] of Object.entries({ ...files, 'maps/b/.hidden/d.yaml': 'no' })) {
    await writeFile(join(cwd, path), text);
  }
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const read = (...paths: string[]) => readManifestFiles(paths, { cwd, readStdin: async () => '\ufeffpiped' });
const texts = async (...paths: string[]) => (await read(...paths)).map(({ text }) => text);

describe('readManifestFiles', () => {
  it('reads a folder with all below it, sorted, without what is hidden or no YAML', async () => {
    expect(await read('maps')).toEqual([
      { path: join('maps', 'a.yml'), text: 'a' },
      { path: join('maps', 'b', 'c.YAML'), text: 'c' },
      { path: join('maps', 'z.yaml'), text: 'z' },
    ]);
  });

  it('keeps the order of the paths, and reads a file that is named twice once', async () => {
    expect(await texts('maps/z.yaml', 'maps', './maps/a.yml')).toEqual(['z', 'a', 'c']);
  });

  it('takes a file of any name', async () => {
    expect(await texts('maps/readme.md')).toEqual(['no']);
  });

  it('reads the standard input once', async () => {
    expect(await read('-', '-')).toEqual([{ path: '<stdin>', text: 'piped' }]);
  });

  it('forgives a byte order mark', async () => {
    await writeFile(join(cwd, 'mark.yaml'), '\ufeffkind: Mapping');
    expect(await texts('mark.yaml')).toEqual(['kind: Mapping']);
  });

  // Links cannot be made by everybody on Windows.
  it.runIf(process.platform !== 'win32')('follows links to files, and refuses links to folders', async () => {
    await symlink(join(cwd, 'maps', 'z.yaml'), join(cwd, 'empty', 'link.yaml'));
    expect(await texts('empty')).toEqual(['z']);
    await symlink(join(cwd, 'maps'), join(cwd, 'empty', 'circle'));
    await expect(read('empty')).rejects.toMatchObject({
      code: 'file.unreadable',
      message: expect.stringContaining('it is a link to a folder, and those are not followed'),
    });
  });

  it.each([
    { path: 'nowhere.yaml', says: 'cannot read nowhere.yaml: there is no such file or folder' },
    { path: 'empty', says: 'cannot read empty: there is no .yaml or .yml file in it' },
  ])('refuses $path', async ({ path, says }) => {
    await expect(read('maps', path)).rejects.toMatchObject({ code: 'file.unreadable', message: says });
  });

  it('marks what is no UTF-8', async () => {
    await writeFile(join(cwd, 'latin.yaml'), Buffer.from([0xe9, 0x74, 0xe9]));
    expect(await read('latin.yaml')).toEqual([{ path: 'latin.yaml', text: '', notUtf8: true }]);
  });
});
