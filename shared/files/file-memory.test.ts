import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aCluster } from '#test/builders/a-cluster.ts';
import { aRecord } from '#test/builders/a-situation.ts';
import { openFileMemory } from './file-memory.ts';

const cluster = aCluster();
const key = { namespace: 'payments', serviceAccount: 'api' };
const learnt = { clusterCreatedAt: 1_780_000_000_000, changes: [{ ...key, record: aRecord() }] };
const braked = { kind: 'delete', token: 't', at: 1_795_176_000_000, drift: [], braked: true } as const;

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-memory-'));
  path = join(folder, 'memory.json');
});
afterEach(() => rm(folder, { recursive: true }));
const onDisk = async (): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));

describe('openFileMemory', () => {
  it('answers for earlier looks, and takes a file that is not there yet for an empty memory', async () => {
    const memory = await openFileMemory(path);
    expect(memory.lasting).toBe(true);
    expect(await memory.load(cluster)).toBeUndefined();
  });

  it.each([
    { what: 'no JSON', text: '{', message: 'it is not JSON' },
    { what: 'nothing', text: '', message: 'it is not JSON' },
    { what: 'another format', text: '{"format":"v0","clusters":{}}', message: 'format' },
    {
      what: 'a word too many',
      text: '{"format":"rolecall.dev/memory/v1","clusters":{},"x":1}',
      message: '"x"',
    },
  ])('refuses a file with $what in it: to know nothing is not to know that there is nothing', async (row) => {
    await writeFile(path, row.text);
    await expect(openFileMemory(path)).rejects.toMatchObject({
      code: 'file.unreadable',
      retryable: false,
      message: expect.stringContaining(row.message),
    });
    expect(await readFile(path, 'utf8')).toBe(row.text);
  });

  it('refuses what cannot be opened', async () => {
    await mkdir(path);
    await expect(openFileMemory(path)).rejects.toMatchObject({ code: 'file.unreadable' });
  });

  it('refuses the memory of another installation, whose associations are not ours', async () => {
    const memory = await openFileMemory(path, 'hub');
    await memory.save(cluster, learnt);
    await memory.flush();
    await expect(openFileMemory(path, 'lab')).rejects.toMatchObject({
      code: 'file.unreadable',
      message: expect.stringContaining('it is the memory of hub, not of lab'),
    });
    expect((await (await openFileMemory(path, 'hub')).load(cluster))?.records.size).toBe(1);
  });

  it('fills up buckets that the file leaves out', async () => {
    const page = { clusterCreatedAt: 1_780_000_000_000, bucketsVerifiedAt: [], records: {}, brakeUses: [] };
    await writeFile(
      path,
      JSON.stringify({ format: 'rolecall.dev/memory/v1', clusters: { [cluster.arn]: page } }),
    );
    const memory = await openFileMemory(path);
    await memory.save(cluster, { ...learnt, bucketsVerifiedAt: { 2: 7 } });
    await memory.flush();
    const reopened = await openFileMemory(path);
    expect((await reopened.load(cluster))?.bucketsVerifiedAt).toEqual([0, 0, 7, ...new Array(21).fill(0)]);
  });
});

describe('flush', () => {
  it('writes what was learnt, in order and legible, for the owner alone', async () => {
    const memory = await openFileMemory(path);
    const other = { namespace: 'a', serviceAccount: 'z' };
    await memory.save(cluster, { ...learnt, changes: [...learnt.changes, { ...other, record: aRecord() }] });
    await memory.flush();
    expect(await onDisk()).toEqual({
      format: 'rolecall.dev/memory/v1',
      clusters: {
        'arn:aws:eks:eu-west-1:111122223333:cluster/prod-1': {
          clusterCreatedAt: 1_780_000_000_000,
          bucketsVerifiedAt: new Array(24).fill(0),
          records: {
            'a/z': { associationId: 'a-00000000000000001', origin: 'created' },
            'payments/api': { associationId: 'a-00000000000000001', origin: 'created' },
          },
          brakeUses: [],
        },
      },
    });
    const text = await readFile(path, 'utf8');
    expect(text.indexOf('a/z')).toBeLessThan(text.indexOf('payments/api'));
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['memory.json']);
  });

  it('writes nothing before it is asked to, nor when nothing changed', async () => {
    const memory = await openFileMemory(path);
    await memory.flush();
    expect(await readdir(folder)).toEqual([]);
    await memory.save(cluster, learnt);
    expect(await readdir(folder)).toEqual([]);
    await memory.flush();
    await rm(path);
    await memory.flush();
    expect(await readdir(folder)).toEqual([]);
  });

  it('makes the folders that are missing', async () => {
    path = join(folder, 'deep', 'down', 'memory.json');
    const memory = await openFileMemory(path);
    await memory.save(cluster, learnt);
    await memory.flush();
    expect(await onDisk()).toMatchObject({ format: 'rolecall.dev/memory/v1' });
  });

  it('fails when it cannot write, leaves nothing behind, and tries again the next time', async () => {
    const memory = await openFileMemory(path);
    await memory.save(cluster, learnt);
    // A folder that is not empty cannot be renamed over.
    await mkdir(join(path, 'in-the-way'), { recursive: true });
    await expect(memory.flush()).rejects.toMatchObject({ code: 'file.unwritable', retryable: false });
    expect(await readdir(folder)).toEqual(['memory.json']);
    await rm(path, { recursive: true });
    await memory.flush();
    expect((await (await openFileMemory(path)).load(cluster))?.records.size).toBe(1);
  });

  it('loses nothing of what is learnt while it writes', async () => {
    const memory = await openFileMemory(path);
    const keys = Array.from({ length: 20 }, (_, index) => ({ namespace: 'n', serviceAccount: `s${index}` }));
    await Promise.all(
      keys.map(async (one) => {
        await memory.save(cluster, { ...learnt, changes: [{ ...one, record: aRecord() }] });
        await memory.flush();
      }),
    );
    expect((await (await openFileMemory(path)).load(cluster))?.records.size).toBe(20);
  });
});

describe('beginWrite', () => {
  it('has a use of the brake on disk before it gives leave', async () => {
    const memory = await openFileMemory(path);
    expect(await memory.beginWrite(cluster, key, braked)).toBe('go');
    expect(await (await openFileMemory(path)).brakeUse(cluster, braked.at)).toEqual({ cluster: 1, fleet: 1 });
  });

  it('gives no leave for it when it cannot be noted down', async () => {
    const memory = await openFileMemory(path);
    await mkdir(join(path, 'in-the-way'), { recursive: true });
    await expect(memory.beginWrite(cluster, key, braked)).rejects.toMatchObject({ code: 'file.unwritable' });
  });
});
