import {
  ListTagsForResource$,
  type ListTagsForResourceRequest,
  type ListTagsForResourceResponse,
} from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { badRequest } from './eks-errors.ts';
import { present } from './existing.ts';
import { taggedResource } from './tagged-resource.ts';

/** All tags of a cluster, an add-on or an association. */
export const listTagsForResource = operation<ListTagsForResourceRequest, ListTagsForResourceResponse>({
  schema: ListTagsForResource$,
  mutating: false,
  invalid: badRequest,
  resource: (_call, input) => present(input.resourceArn),
  run: (call, input) => ({ tags: { ...taggedResource(call, input.resourceArn).tags } }),
});
