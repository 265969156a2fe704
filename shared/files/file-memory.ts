import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { MemoryBook, type MemoryPages } from '#shared/app/memory-book.ts';
import { AppError } from '#shared/ports/app-error.ts';
import type { Memory } from '#shared/ports/memory.ts';

const FORMAT = 'rolecall.dev/memory/v1';

const recordSchema = z.strictObject({
  associationId: z.string(),
  ownerArn: z.string().optional(),
  origin: z.enum(['created', 'adopted', 'seen']),
  finding: z.enum(['unmanaged', 'foreign', 'addonOwned']).optional(),
  unproven: z.literal(true).optional(),
  owner: z.string().optional(),
  matchedWish: z.string().optional(),
  managedTagKeys: z.array(z.string()).optional(),
  lastWriteAt: z.number().optional(),
});

const fileSchema = z.strictObject({
  format: z.literal(FORMAT),
  installation: z.string().optional(),
  clusters: z.record(
    z.string(),
    z.strictObject({
      clusterCreatedAt: z.number(),
      bucketsVerifiedAt: z.array(z.number()),
      records: z.record(z.string(), recordSchema),
      brakeUses: z.array(z.number()),
    }),
  ),
});

/** A memory in a file, for the CLI: what was verified when, and what is ours although a tag was lost. */
export interface FileMemory extends Memory {
  /** Writes what changed since the last flush; the file is replaced whole, so a crash leaves the old one. */
  flush(): Promise<void>;
}

/**
 * Opens the memory in `path`; a file that is not there yet is an empty memory. One that cannot be read or understood
 * fails with `file.unreadable`: guessing that nothing is remembered would make ours look like a stranger's.
 *
 * Every use of the brake's allowance is on disk before its write begins; what was learnt is when it is flushed. One
 * process at a time may have a file open; it is not locked.
 *
 * @param installation whose memory it is: what another installation's memory calls ours is not ours, so its file is
 *   refused (`file.unreadable`). A file that names nobody is taken over.
 */
export async function openFileMemory(path: string, installation?: string): Promise<FileMemory> {
  const book = new MemoryBook(await read(path, installation));
  const owner = installation === undefined ? {} : { installation };
  let dirty = false;
  let writing: Promise<void> = Promise.resolve();
  const write = async () => {
    if (!dirty) return;
    dirty = false;
    try {
      await replace(path, `${JSON.stringify({ format: FORMAT, ...owner, ...book.toPages() }, null, 1)}\n`);
    } catch (error) {
      dirty = true;
      throw error;
    }
  };
  const flush = () => {
    // One after the other; that one failed must not stop the next from trying.
    writing = writing.then(write, write);
    return writing;
  };
  return {
    lasting: true,
    load: async (cluster) => book.load(cluster),
    beginWrite: async (cluster, _key, intent) => {
      const leave = book.beginWrite(cluster, intent);
      if (leave === 'go' && intent.braked) {
        dirty = true;
        await flush();
      }
      return leave;
    },
    save: async (cluster, learnt) => {
      book.save(cluster, learnt);
      dirty = true;
    },
    brakeUse: async (cluster, now) => book.brakeUse(cluster, now),
    flush,
  };
}

async function read(path: string, installation: string | undefined): Promise<MemoryPages> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { clusters: {} };
    throw unreadable(path, 'it cannot be opened', error);
  }
  const file = parse(path, text);
  if (file.installation !== undefined && installation !== undefined && file.installation !== installation) {
    throw unreadable(path, `it is the memory of ${file.installation}, not of ${installation}`, undefined);
  }
  return { clusters: file.clusters as MemoryPages['clusters'] };
}

function parse(path: string, text: string): z.infer<typeof fileSchema> {
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : 'it is not JSON';
    throw unreadable(path, detail, error);
  }
}

function unreadable(path: string, detail: string, cause: unknown): AppError {
  const message = `cannot read the memory in ${path}: ${detail}. Give another file, or delete it to start anew.`;
  return new AppError('file.unreadable', message, { retryable: false, cause });
}

/** Writes beside the file and renames over it, which is atomic on one file system. */
async function replace(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, text, { mode: 0o600 });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new AppError('file.unwritable', `cannot write the memory to ${path}`, {
      retryable: false,
      cause: error,
    });
  }
}
