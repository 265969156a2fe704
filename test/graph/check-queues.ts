import type { Graph } from '#tools/synth/graph.ts';

/** AWS asks for six times: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const VISIBILITY_FACTOR = 6;

/**
 * Problems of queues with each other and with the functions that read them: a second policy overwrites the first; dead letters must be
 * of the same kind, kept longer, and not be given up again; a message must stay hidden while its function can still run; and batches
 * must be answered message by message.
 */
export function queueProblems(graph: Graph): readonly string[] {
  return [
    ...graph.queues.flatMap((queue) => redriveProblems(graph, queue)),
    ...policyProblems(graph),
    ...graph.eventSourceMappings.flatMap((mapping) => readerProblems(graph, mapping)),
  ].toSorted();
}

type Queue = Graph['queues'][number];

function redriveProblems({ queues, eventSourceMappings }: Graph, queue: Queue): readonly string[] {
  const isRead = eventSourceMappings.some(({ sourceArn }) => sourceArn === queue.arn);
  if (queue.redrive === undefined) return isRead ? [`${queue.name}: is read and has no dead letters`] : [];
  const { deadLetterArn } = queue.redrive;
  const dead = queues.find(({ arn }) => arn === deadLetterArn);
  if (dead === undefined) return [`${queue.name}: its dead letters go to no queue of this app`];
  return [
    ...(dead.fifo === queue.fifo ? [] : [`${queue.name}: its dead letters are not of the same kind (FIFO)`]),
    ...(dead.region === queue.region ? [] : [`${queue.name}: its dead letters are in ${dead.region}`]),
    ...(dead.redrive === undefined ? [] : [`${dead.name}: dead letters are given up again`]),
    // A standard queue's dead letters keep the age they came with.
    ...(dead.retentionSeconds > queue.retentionSeconds
      ? []
      : [`${dead.name}: keeps dead letters no longer than ${queue.name}`]),
  ];
}

function policyProblems({ queues, queuePolicies }: Graph): readonly string[] {
  return queues.flatMap(({ name, url }) => {
    const policies = queuePolicies.filter(({ queueUrl }) => queueUrl === url);
    return policies.length > 1 ? [`${name}: ${policies.length} policies overwrite each other`] : [];
  });
}

function readerProblems(graph: Graph, mapping: Graph['eventSourceMappings'][number]): readonly string[] {
  const queue = graph.queues.find(({ arn }) => arn === mapping.sourceArn);
  const fn = graph.functions.find(({ arn, functionName }) =>
    [arn, functionName].includes(mapping.functionArn),
  );
  const partial = mapping.partialResponses ? [] : [`${mapping.name}: one failure fails the whole batch`];
  if (queue === undefined || fn === undefined) return partial;
  const needed = VISIBILITY_FACTOR * fn.timeoutSeconds + mapping.windowSeconds;
  if (queue.visibilityTimeoutSeconds >= needed) return partial;
  return [
    ...partial,
    `${queue.name}: hidden for ${queue.visibilityTimeoutSeconds} s, but ${fn.functionName} needs ${needed} s`,
  ];
}
