import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import plugins from './lean-sdk-plugin.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lean-sdk-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Everything that is bundled for a line of code, with the plugin or without. */
async function bundled(code: string, { lean = true, from = ROOT } = {}): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: from },
    bundle: true,
    write: false,
    splitting: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    outdir: folder,
    logLevel: 'silent',
    plugins: lean ? plugins : [],
  });
  return outputFiles.map(({ text }) => text).join('\n');
}

const READ_ASSOCIATION =
  "import { DescribePodIdentityAssociationCommand, EKSClient } from '@aws-sdk/client-eks'; await new EKSClient({}).send(new DescribePodIdentityAssociationCommand({}));";

describe('a bundle of the SDK', () => {
  it.each([
    { what: 'credentials of sign-ons', sign: 'sso_start_url' },
    { what: 'credentials of instances', sign: 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI' },
    { what: 'what else stands in a package.json', sign: 'aws-sdk-js-v3/tree/main/clients/client-eks' },
    { what: 'schemas of operations that nobody uses', sign: 'CreateNodegroup' },
  ])('lacks $what', async ({ sign }) => {
    const whole = await bundled(READ_ASSOCIATION, { lean: false });
    const lean = await bundled(READ_ASSOCIATION);
    expect([whole.includes(sign), lean.includes(sign)]).toEqual([true, false]);
  });

  it.each([
    { what: 'credentials of the environment', sign: 'AWS_SESSION_TOKEN' },
    { what: 'the schema of what is called', sign: 'DescribePodIdentityAssociationResponse' },
    { what: 'the schema of what that answers', sign: 'disableSessionTags' },
    { what: 'the schemas of errors', sign: 'ResourcePropagationDelayException' },
  ])('has $what', async ({ sign }) => {
    expect((await bundled(READ_ASSOCIATION)).includes(sign)).toBe(true);
  });
});

it.each([
  { path: 'credential-provider-node/dist-es/index.js', text: 'export const chain = 1;' },
  { path: 'client-eks/dist-es/schemas/schemas_0.js', text: 'export const schemas = new Map();' },
  { path: 'client-eks/package.json', text: '{}' },
])('fails the build when $path is not what it was', async ({ path, text }) => {
  const file = join(folder, 'node_modules', '@aws-sdk', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  await expect(bundled(`import ${JSON.stringify(file)};`, { from: folder })).rejects.toThrow('Build failed');
});
