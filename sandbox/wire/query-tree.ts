/** The form of a query request as a tree: `Tags.member.1.Key=a` is a under Tags, member, 1, Key. */
export interface QueryNode {
  value?: string;
  readonly children: Map<string, QueryNode>;
}

/** Reads the dotted keys of a form. */
export function queryTree(form: URLSearchParams): QueryNode {
  const root: QueryNode = { children: new Map() };
  for (const [key, value] of form) {
    let node = root;
    for (const part of key.split('.')) {
      let child = node.children.get(part);
      if (!child) {
        child = { children: new Map() };
        node.children.set(part, child);
      }
      node = child;
    }
    node.value = value;
  }
  return root;
}

/** The children named by numbers, in order of the numbers. */
export function numberedChildren(node: QueryNode): QueryNode[] {
  return [...node.children]
    .filter(([name]) => /^\d+$/.test(name))
    .sort(([left], [right]) => Number(left) - Number(right))
    .map(([, child]) => child);
}
