import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FUNCTIONS, type FunctionName } from '#shared/runtime/names.ts';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const FIXTURE_APP = join(ROOT, 'test', 'fixtures', 'sst-app');

/** Functions of the stacks whose handler is not written yet. */
export function missingHandlers(): readonly FunctionName[] {
  return FUNCTIONS.filter((name) => !existsSync(join(ROOT, 'functions', name, 'handler.ts')));
}

const SHARED = ['stacks', 'shared', 'events', 'node_modules'];

/**
 * The folder of the product's app: the repository itself, or, as long as handlers are missing, a folder beside it with the same
 * stacks and stand-ins for those handlers, so that everything but their code can be looked at already.
 */
export function productApp(): string {
  const missing = missingHandlers();
  if (missing.length === 0) return ROOT;
  const app = join(ROOT, '.sst', 'with-stand-ins');
  rmSync(join(app, 'functions'), { recursive: true, force: true });
  mkdirSync(join(app, 'functions'), { recursive: true });
  for (const file of ['sst.config.ts', 'package.json']) cpSync(join(ROOT, file), join(app, file));
  for (const name of SHARED) link(join(ROOT, name), join(app, name));
  for (const name of FUNCTIONS) {
    if (!missing.includes(name)) {
      link(join(ROOT, 'functions', name), join(app, 'functions', name));
      continue;
    }
    mkdirSync(join(app, 'functions', name), { recursive: true });
    writeFileSync(join(app, 'functions', name, 'handler.ts'), STAND_IN);
  }
  return app;
}

const STAND_IN = `export async function handler() {\n  throw new Error('not written yet');\n}\n`;

function link(target: string, path: string): void {
  rmSync(path, { recursive: true, force: true });
  symlinkSync(target, path);
}
