import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import type { CliIo, OutputStream } from './cli-io.ts';

/** The real world: this process's streams, environment and folder. */
export function nodeIo(signal: AbortSignal): CliIo {
  return {
    stdout: outputStream(process.stdout),
    stderr: outputStream(process.stderr),
    stdin: {
      isTTY: process.stdin.isTTY === true,
      readAll: () => {
        // As cat does, it would wait without a word.
        if (process.stdin.isTTY)
          process.stderr.write('reading manifests from the terminal; Ctrl-D ends them\n');
        return text(process.stdin);
      },
      question,
    },
    env: process.env,
    cwd: process.cwd(),
    platform: process.platform,
    now: Date.now,
    signal,
  };
}

function outputStream(stream: NodeJS.WriteStream): OutputStream {
  return {
    isTTY: stream.isTTY === true,
    // Asked each time: a terminal may be made wider or narrower.
    get columns() {
      return stream.columns;
    },
    write: (written) => {
      stream.write(written);
    },
  };
}

async function question(prompt: string, signal: AbortSignal): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // While a line is being read the terminal gives Ctrl-C to the reader, not to the process.
  lines.on('SIGINT', () => process.emit('SIGINT'));
  const ended = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
  try {
    return await Promise.race([lines.question(prompt, { signal }), ended]);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    lines.close();
  }
}
