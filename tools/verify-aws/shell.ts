import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a command came to. */
export interface Ran {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** How the steps reach the world: really, or only said. */
export interface Shell {
  /** Headline of a part. */
  part(title: string): void;
  /** Runs a command; its failure is an answer. In a dry run it prints the command and answers `pretend`. */
  ask(command: readonly string[], pretend?: string): Promise<Ran>;
  /** Does something that is no command. In a dry run it is only said. */
  act(what: string, action: () => Promise<void>): Promise<void>;
  /** Asks again and again until it answers something; throws when `seconds` are over. Answers how many seconds it took. */
  until(what: string, seconds: number, look: () => Promise<boolean>): Promise<number>;
  say(line: string): void;
}

/** A command that had to work did not. */
export class CommandFailed extends Error {}

/** Runs a command that has to work; answers what it printed. */
export async function must(shell: Shell, command: readonly string[], pretend = ''): Promise<string> {
  const { ok, stdout, stderr } = await shell.ask(command, pretend);
  if (!ok) throw new CommandFailed(`${quoted(command)}\n${stderr.trim()}`);
  return stdout.trim();
}

/** A command as a person would type it. */
export function quoted(command: readonly string[]): string {
  return command
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}

/** `stop` ends what is waited for; commands end by the terminal's own signal. What is made by then is still taken away. */
export function realShell(print: (line: string) => void, stop: AbortSignal): Shell {
  return {
    part: (title) => print(`\n${title}`),
    say: print,
    ask: async (command) => {
      print(`  $ ${quoted(command)}`);
      return await run(command);
    },
    act: async (what, action) => {
      print(`  ${what}`);
      await action();
    },
    until: async (what, seconds, look) => {
      print(`  waiting, at most ${seconds} s: ${what}`);
      const begun = Date.now();
      for (;;) {
        if (stop.aborted) throw new CommandFailed('stopped');
        if (await look()) return Math.round((Date.now() - begun) / 1000);
        if (Date.now() - begun > seconds * 1000) throw new CommandFailed(`not within ${seconds} s: ${what}`);
        await sleep(2000);
      }
    },
  };
}

/** Says everything and does nothing; what is waited for is there at once. */
export function dryShell(print: (line: string) => void): Shell {
  return {
    part: (title) => print(`\n${title}`),
    say: print,
    ask: async (command, pretend = '') => {
      print(`  $ ${quoted(command)}`);
      return { ok: true, stdout: pretend, stderr: '' };
    },
    act: async (what) => print(`  ${what}`),
    until: async (what, seconds, look) => {
      print(`  waiting, at most ${seconds} s: ${what}`);
      await look();
      return 0;
    },
  };
}

async function run([program = '', ...args]: readonly string[]): Promise<Ran> {
  return await new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['inherit', 'pipe', 'pipe'] });
    const out = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      out.stdout += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      out.stderr += String(chunk);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ ok: code === 0, ...out }));
  });
}
