import type { Graph } from '#tools/synth/graph.ts';
import { roleMay } from './deliverable.ts';

/**
 * Functions that may send to a queue from which, perhaps through others, they are fed again. Lambda follows such loops by the trace
 * header, which the SDK passes on, and stops a function at about the 16th turn unless it is told that the loop is meant:
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */
export function loopProblems(graph: Graph): readonly string[] {
  const next = new Map(graph.functions.map((fn) => [fn.arn, fedBy(graph, fn)]));
  return graph.functions
    .filter(({ arn, recursiveLoop }) => recursiveLoop === undefined && reaches(next, arn, arn))
    .map(({ name }) => `${name}: Lambda stops its loop at about the 16th turn`)
    .toSorted();
}

/** Functions that are fed from the queues to which this one may send. */
function fedBy(graph: Graph, fn: Graph['functions'][number]): readonly string[] {
  const role = graph.roles.find(({ arn }) => arn === fn.roleArn);
  if (role === undefined) return [];
  const queues = graph.queues.filter(({ arn }) => roleMay(role, 'sqs:SendMessage', arn));
  return queues.flatMap((queue) =>
    graph.eventSourceMappings
      .filter(({ sourceArn }) => sourceArn === queue.arn)
      .map(({ functionArn }) => functionArn),
  );
}

function reaches(next: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [...(next.get(from) ?? [])];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (one === to) return true;
    if (!seen.has(one)) open.push(...(next.get(one) ?? []));
    seen.add(one);
  }
  return false;
}
