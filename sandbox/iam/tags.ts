import type { Tag } from '@aws-sdk/client-iam';
import { checkLength, required } from './field-rules.ts';
import { constraintError, invalidInput, limitExceeded } from './iam-errors.ts';

/** Tags by key. IAM keeps one spelling of a key: keys are told apart whatever their case. */
export type Tags = Readonly<Record<string, string>>;

const MOST_TAGS = 50;
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Adds tags to those that are there: a key that is given again, in whatever case, is replaced. */
export function mergeTags(tags: Tags, added: readonly Tag[] | undefined, kind: string): Tags {
  const merged = new Map(Object.entries(tags));
  for (const [key, value] of checkTags(added ?? [])) {
    for (const present of merged.keys()) {
      if (present.toLowerCase() === key.toLowerCase()) merged.delete(present);
    }
    merged.set(key, value);
  }
  if (merged.size > MOST_TAGS) {
    throw limitExceeded(`The number of tags has reached the maximum limit for ${kind}.`);
  }
  return Object.fromEntries(merged);
}

/** Removes tag keys; a key that is not there is no error. */
export function withoutTags(tags: Tags, tagKeys: readonly string[] | undefined): Tags {
  const removed = new Set(required('tagKeys', tagKeys).map((key) => key.toLowerCase()));
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.has(key.toLowerCase())));
}

/** Tags as IAM lists them. */
export function shownTags(tags: Tags): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function checkTags(tags: readonly Tag[]): [string, string][] {
  const seen = new Set<string>();
  return tags.map((tag, index) => {
    const member = `tags.${index + 1}.member`;
    const key = required(`${member}.key`, tag.Key);
    const value = required(`${member}.value`, tag.Value);
    checkTag(member, key, value);
    if (seen.has(key.toLowerCase())) {
      throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    }
    seen.add(key.toLowerCase());
    return [key, value];
  });
}

function checkTag(member: string, key: string, value: string): void {
  checkLength(`${member}.key`, key, 1, 128);
  checkLength(`${member}.value`, value, 0, 256);
  for (const [part, text] of [
    ['key', key],
    ['value', value],
  ] as const) {
    if (!TAG_TEXT.test(text)) {
      throw constraintError(
        `${member}.${part}`,
        text,
        'satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*',
      );
    }
  }
  if (key.toLowerCase().startsWith('aws:')) {
    throw invalidInput("Tag keys that start with 'aws:' are reserved for system use.");
  }
}
