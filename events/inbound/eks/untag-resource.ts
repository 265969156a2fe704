import { eksSample } from '../sample-event.ts';
import { tagEvent } from './tag-event.ts';

/** Somebody removed tags, of an association or a cluster among other things. */
export const untagResource = tagEvent('UntagResource', 'untagged');

export function untagResourceSample() {
  return eksSample('UntagResource', {
    request: {
      resourceArn:
        'arn%3Aaws%3Aeks%3Aeu-west-1%3A111122223333%3Apodidentityassociation%2Fc1%2Fa-0123456789abcdefg',
      tagKeys: ['rolecall.dev/installation'],
    },
    response: null,
  });
}
