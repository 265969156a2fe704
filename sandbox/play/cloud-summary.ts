import type { Cloud } from '../cloud/cloud.ts';
import type { JournalKind } from '../cloud/journal.ts';

/** What a played cloud is doing, in numbers. */
export interface CloudSummary {
  readonly queues: readonly {
    readonly arn: string;
    readonly visible: number;
    readonly inFlight: number;
    readonly delayed: number;
    readonly ageOfOldestSeconds: number;
    /** Whether it is where something sends what it gives up. */
    readonly isDeadLetterQueue: boolean;
  }[];
  readonly functions: readonly {
    readonly name: string;
    readonly arn: string;
    readonly invocations: number;
    readonly errors: number;
    readonly throttles: number;
    readonly running: number;
    readonly idle: number;
  }[];
  readonly buses: readonly { readonly arn: string; readonly rules: readonly string[] }[];
  readonly topics: readonly { readonly arn: string; readonly published: number }[];
  readonly alarms: readonly { readonly name: string; readonly arn: string; readonly state: string }[];
  /** Those that the functions wrote, by namespace and name, over all time. */
  readonly metrics: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly sum: number;
    readonly samples: number;
  }[];
  /** How many entries of each kind the journal has. */
  readonly journal: Readonly<Partial<Record<JournalKind, number>>>;
}

/** AWS's own namespaces are in the other members. */
const OF_AWS = /^AWS\//;

/** Sums up a cloud; changes nothing. */
export function cloudSummary(cloud: Cloud): CloudSummary {
  const queues = [...cloud.queues.values()];
  const dead = deadLetterArns(cloud);
  return {
    queues: queues.map((queue) => ({
      arn: queue.arn,
      ...queue.counts(),
      isDeadLetterQueue: dead.has(queue.arn),
    })),
    functions: functionsOf(cloud),
    buses: [...cloud.buses.values()].map((bus) => ({
      arn: bus.arn,
      rules: bus.ruleDefinitions().map(({ name }) => name),
    })),
    topics: [...cloud.topics.values()].map((topic) => ({
      arn: topic.arn,
      published: topic.published().length,
    })),
    alarms: cloud.watch.list().map(({ definition, state }) => ({
      name: definition.name,
      arn: definition.arn,
      state,
    })),
    metrics: cloud.metrics
      .list()
      .filter(({ namespace }) => !OF_AWS.test(namespace))
      .map(({ namespace, name, sum, samples }) => ({ namespace, name, sum, samples })),
    journal: journalCounts(cloud),
  };
}

function deadLetterArns(cloud: Cloud): ReadonlySet<string | undefined> {
  const targets = [...cloud.buses.values()]
    .flatMap((bus) => bus.ruleDefinitions())
    .flatMap((rule) => rule.targets);
  const asyncs = [...cloud.functions.values()].map(({ definition }) => definition.asyncInvocation);
  return new Set([
    ...cloud.givenUpTo,
    ...[...cloud.queues.values()].map(({ definition }) => definition.redrive?.deadLetterTargetArn),
    ...targets.map(({ deadLetterArn }) => deadLetterArn),
    ...asyncs.flatMap((one) => [one?.deadLetterArn, one?.onFailureArn]),
    ...[...cloud.schedules.values()].map(({ definition }) => definition.target.deadLetterArn),
  ]);
}

function functionsOf({ functions, metrics }: Cloud): CloudSummary['functions'] {
  const ofLambda = metrics.list('AWS/Lambda');
  const sum = (name: string, metric: string) =>
    ofLambda
      .filter((one) => one.name === metric && one.dimensions['FunctionName'] === name)
      .reduce((total, one) => total + one.sum, 0);
  return [...functions.values()].map((fn) => ({
    name: fn.name,
    arn: fn.arn,
    invocations: sum(fn.name, 'Invocations'),
    errors: sum(fn.name, 'Errors'),
    throttles: sum(fn.name, 'Throttles'),
    ...fn.environments(),
  }));
}

function journalCounts({ journal }: Cloud): Partial<Record<JournalKind, number>> {
  const counts: Partial<Record<JournalKind, number>> = {};
  for (const { kind } of journal.entries()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
