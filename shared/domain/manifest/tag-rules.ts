import type { RuleCode } from './problem.ts';

/** AWS allows 50 tags on an association (facts §1.2); two of them say whose it is. */
export const MAX_TAGS = 48;

/** https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html#tag-restrictions */
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const ALLOWED_WORDS = 'letters, digits, spaces and _ . : / = + - @';

/** What keeps a text from being the key of a managed tag. */
export function tagKeyFault(key: string): { readonly rule: RuleCode; readonly message: string } | undefined {
  const lower = key.toLowerCase();
  if (lower.startsWith('aws:')) {
    return {
      rule: 'tags.reserved',
      message: `${JSON.stringify(key)} begins with aws:, which AWS keeps for itself`,
    };
  }
  if (lower.startsWith('rolecall.dev/')) {
    return {
      rule: 'tags.reserved',
      message: `${JSON.stringify(key)} begins with rolecall.dev/, by which Rolecall marks what it manages`,
    };
  }
  if (key !== '' && key.length <= 128 && ALLOWED.test(key)) return undefined;
  return { rule: 'tags.key', message: `${JSON.stringify(key)} is no tag key: 1 to 128 ${ALLOWED_WORDS}` };
}

/** What keeps a text from being the value of a managed tag. */
export function tagValueFault(value: string): string | undefined {
  if (value.length <= 256 && ALLOWED.test(value)) return undefined;
  return `${JSON.stringify(value)} is no tag value: at most 256 ${ALLOWED_WORDS}`;
}
