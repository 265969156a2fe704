import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processMemory } from '#shared/app/process-memory.ts';
import { openFileMemory } from '#shared/files/file-memory.ts';
import { memoryContract } from './memory.contract.ts';

memoryContract('of one process', async () => {
  const memory = processMemory();
  return { memory, reopen: async () => memory, stop: async () => undefined };
});

memoryContract('in a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-memory-'));
  const path = join(folder, 'memory.json');
  const memory = await openFileMemory(path);
  return {
    memory,
    reopen: async () => {
      await memory.flush();
      return await openFileMemory(path);
    },
    stop: () => rm(folder, { recursive: true }),
  };
});
