import type { CallName } from './call-aws.ts';
import { malformedAnswer } from './malformed-answer.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string | undefined;
}

/**
 * Follows the tokens from page to page. Rejects as the page does that fails, and when a page leads to itself: an
 * endless list is none.
 */
export async function* followPages<Item>(
  name: CallName,
  readPage: (nextToken: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<readonly Item[], void, undefined> {
  let token: string | undefined;
  do {
    const page = await readPage(token);
    yield page.items;
    const nextToken = page.nextToken || undefined;
    if (nextToken !== undefined && nextToken === token) throw malformedAnswer(name, 'a page leads to itself');
    token = nextToken;
  } while (token !== undefined);
}
