import { UntagResource$, type UntagResourceRequest, type UntagResourceResponse } from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { badRequest } from './eks-errors.ts';
import { present } from './existing.ts';
import { taggedResource } from './tagged-resource.ts';

const MOST_KEYS = 50;

/** Takes tags away; keys that are not there do not matter. */
export const untagResource = operation<UntagResourceRequest, UntagResourceResponse>({
  schema: UntagResource$,
  mutating: true,
  invalid: badRequest,
  resource: (_call, input) => present(input.resourceArn),
  run(call, input) {
    const tagKeys = present(input.tagKeys);
    if (tagKeys.length < 1 || tagKeys.length > MOST_KEYS) {
      throw badRequest(`The parameter tagKeys should hold 1 to ${MOST_KEYS} keys.`);
    }
    const resource = taggedResource(call, input.resourceArn);
    const kept = Object.entries(resource.tags).filter(([key]) => !tagKeys.includes(key));
    resource.setTags(Object.fromEntries(kept));
    return {};
  },
});
