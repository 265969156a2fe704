import type { Tag } from '@aws-sdk/client-sts';
import { checkLength, required } from '#sandbox/iam/field-rules.ts';
import { constraintError, validationError } from '#sandbox/iam/iam-errors.ts';
import type { Session } from './session-store.ts';
import { invalidParameterValue } from './sts-errors.ts';

/** The tags of a session that is being made. */
export interface SessionTags {
  /** The tags that the request passes. */
  readonly requested: Readonly<Record<string, string>>;
  /** Those and the ones inherited: what the session will have. */
  readonly effective: Readonly<Record<string, string>>;
  /** Keys that go on into sessions made from this one, inherited ones among them. */
  readonly transitiveKeys: readonly string[];
}

const MOST_TAGS = 50;

/**
 * The tags of the new session: those passed, and the transitive ones of the session that asks, which cannot be
 * changed on the way (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html).
 */
export function sessionTags(
  tags: readonly Tag[] | undefined,
  transitiveTagKeys: readonly string[] | undefined,
  parent: Session | undefined,
): SessionTags {
  const requested = checkTags(tags ?? []);
  const transitive = checkTransitive(transitiveTagKeys ?? [], requested);
  const inherited = (parent?.transitiveTagKeys ?? []).map(
    (key) => [key, parent?.sessionTags[key] ?? ''] as const,
  );
  for (const [key] of inherited) {
    if (Object.keys(requested).some((passed) => sameKey(passed, key))) {
      throw invalidParameterValue(
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
      );
    }
  }
  return {
    requested,
    effective: { ...requested, ...Object.fromEntries(inherited) },
    transitiveKeys: [...transitive, ...inherited.map(([key]) => key)],
  };
}

function checkTags(tags: readonly Tag[]): Record<string, string> {
  if (tags.length > MOST_TAGS) {
    throw constraintError('tags', `${tags.length} tags`, `have length less than or equal to ${MOST_TAGS}`);
  }
  const checked: Record<string, string> = {};
  for (const [index, tag] of tags.entries()) {
    const member = `tags.${index + 1}.member`;
    const key = required(`${member}.key`, tag.Key);
    const value = required(`${member}.value`, tag.Value);
    checkLength(`${member}.key`, key, 1, 128);
    checkLength(`${member}.value`, value, 0, 256);
    if (key.toLowerCase().startsWith('aws:')) {
      throw validationError("Tag keys that start with 'aws:' are reserved for system use.");
    }
    if (Object.keys(checked).some((present) => sameKey(present, key))) {
      throw invalidParameterValue(
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      );
    }
    checked[key] = value;
  }
  return checked;
}

function checkTransitive(
  keys: readonly string[],
  requested: Readonly<Record<string, string>>,
): readonly string[] {
  return keys.map((key) => {
    const passed = Object.keys(requested).find((candidate) => sameKey(candidate, key));
    if (passed === undefined) {
      throw validationError('The specified transitive tag key must be included in the requested tags.');
    }
    return passed;
  });
}

function sameKey(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
