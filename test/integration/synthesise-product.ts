import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { aSynthesis } from '#test/builders/a-synthesis.ts';
import { ROOT } from '#test/graph/product-app.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of the product's synthesis for the stage `sandbox`, graph and zips; nobody writes into it. */
    productSynthesis: string;
  }
}

/** Once for all integration tests: synthesising takes longer than most of them. */
export async function setup(project: TestProject): Promise<() => void> {
  const folder = await aSynthesis({ app: ROOT, stage: 'sandbox' });
  project.provide('productSynthesis', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
