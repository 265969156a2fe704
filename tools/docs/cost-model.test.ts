import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { METRIC } from '#shared/runtime/names.ts';
import { COST_LINES, costRows } from './cost-model.ts';

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('docs/costs.md', () => {
  it('shows what the model says', async () => {
    const page = await read('docs/costs.md');
    expect(costRows().filter((row) => !page.includes(row))).toEqual([]);
  });

  // Worked out by hand from the prices and the assumptions on the page, for 1,000 clusters.
  it.each([
    { what: 'Lambda requests', usd: 0.24 },
    { what: 'Lambda duration', usd: 2.7 },
    { what: 'DynamoDB reads', usd: 0.44 },
    { what: 'DynamoDB writes', usd: 0.45 },
    { what: 'SQS, empty receives of Lambda', usd: 1.1 },
    { what: 'X-Ray', usd: 6 },
  ])('$what costs $usd', ({ what, usd }) => {
    expect(COST_LINES.find((line) => line.what === what)?.usd(1000)).toBeCloseTo(usd, 2);
  });

  it('counts as many metrics as there are', () => {
    expect(Object.keys(METRIC)).toHaveLength(10);
  });

  it('takes the units of a repair from docs/registry.md', async () => {
    const page = await read('docs/registry.md');
    expect(page).toMatch(/\| begin a write .* \| TransactWriteItems \| 10; /);
    expect(page).toMatch(/\| conclude a repair .* \| TransactWriteItems \| 14 \|/);
    expect(page).toMatch(/\| judge an event that names its key .* \| BatchGetItem \| 3 \|/);
  });
});
