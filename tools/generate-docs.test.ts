import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseManifests } from '#shared/domain/manifest/parse-manifests.ts';
import { findStale, generateDocs } from './generate-docs.ts';

describe('the generated docs', () => {
  it('are up to date; if not, run `npm run docs`', async () => {
    expect(await findStale(await generateDocs())).toEqual([]);
  });

  it('show an example that is right', async () => {
    const path = 'examples/minimal/mapping.yaml';
    const text = await readFile(new URL(`../${path}`, import.meta.url), 'utf8');
    const { mappings, problems } = parseManifests([{ path, text }]);
    expect(problems).toEqual([]);
    expect(mappings.map(({ key }) => key.serviceAccount)).toEqual(['api', 'worker']);
  });

  it.each(['docs/manifest.md', 'docs/deploy.md'])(
    'show an enrolment rule that is right: %s',
    async (path) => {
      const page = await readFile(new URL(`../${path}`, import.meta.url), 'utf8');
      const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);
      const rules = blocks.filter((text) => text.includes('kind: EnrolmentRule'));
      const { rules: read, problems } = parseManifests(rules.map((text) => ({ path, text })));
      expect({ read: read.map(({ name }) => name), problems }).toEqual({
        read: ['laboratory'],
        problems: [],
      });
    },
  );

  it('judge a document by what it says it is', async () => {
    const files = await generateDocs();
    const schema = files.find(({ path }) => path === 'docs/schema/mapping.schema.json');
    expect(JSON.parse(schema?.text ?? '')).toMatchObject({
      if: { properties: { kind: { const: 'EnrolmentRule' } } },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
      then: { properties: { spec: { required: ['priority', 'clusters', 'mode'] } } },
      else: { properties: { spec: { required: ['team', 'targets'] } } },
    });
  });

  it('describe every field', async () => {
    const page = (await generateDocs()).find(({ path }) => path === 'docs/manifest.md')?.text ?? '';
    const rows = page.split('\n').filter((line) => /^\| `(apiVersion|kind|metadata|spec)/.test(line));
    expect(rows).toContain(
      '| `spec.targets[].clusters.matchExpressions[].operator` | `In`, `NotIn`, `Exists`, `DoesNotExist` | required | `In`: the label has one of the values. `NotIn`: it has none of them, or is absent. `Exists`, `DoesNotExist`: the label is there, or not, whatever its value. |',
    );
    expect(rows.filter((row) => row.endsWith('|  |'))).toEqual([]);
  });
});

describe('findStale', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'rolecall-docs-'));
  });
  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  it.each([
    { when: 'the file is as it should be', onDisk: 'a\nb\n', stale: [] },
    { when: 'it has the line ends of Windows', onDisk: 'a\r\nb\r\n', stale: [] },
    { when: 'it differs', onDisk: 'a\n', stale: ['docs/x.md'] },
    { when: 'it is missing', onDisk: undefined, stale: ['docs/x.md'] },
  ])('answers $stale when $when', async ({ onDisk, stale }) => {
    const path = join(root, 'docs/x.md');
    await mkdir(dirname(path));
    if (onDisk !== undefined) await writeFile(path, onDisk);
    expect(await findStale([{ path: 'docs/x.md', text: 'a\nb\n' }], root)).toEqual(stale);
  });
});
