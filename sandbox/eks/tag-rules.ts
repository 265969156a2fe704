import type { AwsError } from '../aws-error.ts';

export type Tags = Readonly<Record<string, string>>;

/** Tags that a resource of EKS may have (facts §1.2). */
const MOST_TAGS = 50;

/** Checks tags that somebody wants to set; `refuse` words the refusal in the family of the operation. */
export function checkTags(tags: Tags, refuse: (message: string) => AwsError): void {
  for (const [key, value] of Object.entries(tags)) {
    if (key.length < 1 || key.length > 128) throw refuse('A tag key should be 1 to 128 characters long.');
    if (value.length > 256) throw refuse('A tag value should be at most 256 characters long.');
    if (/^aws:/i.test(key)) throw refuse('aws: prefixed tag key names are not allowed for external use.');
  }
  checkTagCount(tags, refuse);
}

/** Checks how many tags a resource would have. */
export function checkTagCount(tags: Tags, refuse: (message: string) => AwsError): void {
  if (Object.keys(tags).length > MOST_TAGS) throw refuse(`A resource can have at most ${MOST_TAGS} tags.`);
}
