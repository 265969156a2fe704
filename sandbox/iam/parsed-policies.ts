import type { PolicyKind } from '#shared/iam/document.ts';
import { type ParsedPolicy, parsePolicy } from '#shared/iam/parse-policy.ts';

/** More than any fleet's functions and queues have; what is over is read anew. */
const MOST = 2_000;

const known = new Map<string, ParsedPolicy>();

/** Reads a policy, and remembers what it read: the same few texts are asked about with every message and call. */
export function parsedPolicy(text: string, kind: PolicyKind, name?: string): ParsedPolicy {
  const key = JSON.stringify([kind, name, text]);
  const found = known.get(key);
  if (found) return found;
  const parsed = parsePolicy(text, kind, name);
  if (known.size >= MOST) known.clear();
  known.set(key, parsed);
  return parsed;
}
