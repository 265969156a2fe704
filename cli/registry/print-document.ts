import type { CliIo } from '../cli-io.ts';

/** Prints a document for programs. */
export async function printDocument(
  document: unknown,
  output: 'json' | 'yaml',
  io: Pick<CliIo, 'stdout'>,
): Promise<void> {
  if (output === 'json') {
    io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const { yamlText } = await import('../text/yaml-text.ts');
  io.stdout.write(yamlText(document));
}
