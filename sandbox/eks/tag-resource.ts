import { TagResource$, type TagResourceRequest, type TagResourceResponse } from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { badRequest } from './eks-errors.ts';
import { present } from './existing.ts';
import { checkTagCount, checkTags } from './tag-rules.ts';
import { taggedResource } from './tagged-resource.ts';

/** Sets tags and leaves the others (facts §2). */
export const tagResource = operation<TagResourceRequest, TagResourceResponse>({
  schema: TagResource$,
  mutating: true,
  invalid: badRequest,
  resource: (_call, input) => present(input.resourceArn),
  run(call, input) {
    const tags = present(input.tags);
    if (Object.keys(tags).length === 0) throw badRequest('The parameter tags should hold at least one tag.');
    checkTags(tags, badRequest);
    const resource = taggedResource(call, input.resourceArn);
    const merged = { ...resource.tags, ...tags };
    checkTagCount(merged, badRequest);
    resource.setTags(merged);
    return {};
  },
});
