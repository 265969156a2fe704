import { eksSample } from '../sample-event.ts';
import { tagEvent } from './tag-event.ts';

/** Somebody set tags, of an association or a cluster among other things. */
export const tagResource = tagEvent('TagResource', 'tagged');

export function tagResourceSample() {
  return eksSample('TagResource', {
    request: {
      resourceArn:
        'arn%3Aaws%3Aeks%3Aeu-west-1%3A111122223333%3Apodidentityassociation%2Fc1%2Fa-0123456789abcdefg',
      tags: { 'rolecall.dev/installation': 'main' },
    },
    response: null,
  });
}
