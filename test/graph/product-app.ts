import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository, which is the product's app. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** An app with everything that the synthesis must read, and nothing of the product. */
export const FIXTURE_APP = join(ROOT, 'test', 'fixtures', 'sst-app');
