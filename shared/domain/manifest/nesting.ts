/** How deep anything may be nested: a manifest takes 6 levels, and what people write in a policy a few more. */
export const MAX_NESTING = 50;

/** Whether plain data is nested deeper than that. Walks without recursion: what it guards would end with the stack. */
export function isNestedTooDeep(value: unknown): boolean {
  const left: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 1 }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { value: inner, depth } = next;
    if (typeof inner !== 'object' || inner === null) continue;
    if (depth > MAX_NESTING) return true;
    for (const one of Object.values(inner)) left.push({ value: one, depth: depth + 1 });
  }
  return false;
}
