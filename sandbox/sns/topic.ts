import { type Arn, arnOf } from '../cloud/arn.ts';
import { compileEventPattern, type EventPattern } from '../eventbridge/event-pattern.ts';
import type { MessageAttributes } from '../sqs/message.ts';

/** Who gets what is published. */
export interface SubscriptionDefinition {
  readonly arn: string;
  readonly protocol: 'sqs' | 'lambda' | 'email' | 'email-json' | 'https' | 'http' | 'sms';
  /** An ARN, an address, a URL. */
  readonly endpoint: string;
  readonly rawMessageDelivery?: boolean | undefined;
  /** JSON: on attributes, unless the scope says the body. */
  readonly filterPolicy?: string | undefined;
  readonly filterPolicyScope?: 'MessageAttributes' | 'MessageBody' | undefined;
  readonly deadLetterArn?: string | undefined;
}

/** A topic as infrastructure code defines it. */
export interface TopicDefinition {
  readonly arn: string;
  /** JSON: who may publish. */
  readonly policy?: string | undefined;
  readonly subscriptions?: readonly SubscriptionDefinition[] | undefined;
}

/** What was published. */
export interface Publication {
  readonly messageId: string;
  readonly message: string;
  readonly subject?: string | undefined;
  readonly attributes: MessageAttributes;
  readonly groupId?: string | undefined;
  /** Epoch milliseconds. */
  readonly at: number;
}

interface Subscription {
  readonly definition: SubscriptionDefinition;
  readonly filter: EventPattern | undefined;
}

const KEPT = 1_000;

/** One topic with its subscriptions. What goes to people (mail, text messages) is kept and sent nowhere. */
export class Topic {
  readonly arn: string;
  readonly name: string;
  readonly place: Arn;
  readonly policy: string | undefined;
  private readonly subscribed: Subscription[] = [];
  private kept: Publication[] = [];
  private readonly send: (
    topic: Topic,
    subscription: SubscriptionDefinition,
    publication: Publication,
  ) => void;

  constructor(
    definition: TopicDefinition,
    send: (topic: Topic, subscription: SubscriptionDefinition, publication: Publication) => void,
  ) {
    this.arn = definition.arn;
    this.place = arnOf(definition.arn);
    this.name = this.place.resource;
    this.policy = definition.policy;
    this.send = send;
    for (const subscription of definition.subscriptions ?? []) this.subscribe(subscription);
  }

  /** Throws `AwsError` for a filter policy that cannot be read. */
  subscribe(definition: SubscriptionDefinition): void {
    const { filterPolicy } = definition;
    // Filter policies are written in the language of event patterns.
    const filter = filterPolicy === undefined ? undefined : compileEventPattern(filterPolicy);
    this.subscribed.push({ definition, filter });
  }

  subscriptions(): readonly SubscriptionDefinition[] {
    return this.subscribed.map(({ definition }) => definition);
  }

  /** Sends to every subscription whose filter lets it through. */
  publish(publication: Publication): void {
    this.kept.push(publication);
    if (this.kept.length > KEPT * 2) this.kept = this.kept.slice(-KEPT);
    for (const { definition, filter } of this.subscribed) {
      if (filter && !filter.matches(filterable(definition, publication))) continue;
      this.send(this, definition, publication);
    }
  }

  /** The newest publications, oldest first. For tests, and for showing what people would have been told. */
  published(): readonly Publication[] {
    return this.kept.slice(-KEPT);
  }
}

function filterable(definition: SubscriptionDefinition, publication: Publication): unknown {
  if (definition.filterPolicyScope === 'MessageBody') {
    try {
      return JSON.parse(publication.message);
    } catch {
      return {};
    }
  }
  return Object.fromEntries(
    Object.entries(publication.attributes).map(([name, { dataType, stringValue = '' }]) => [
      name,
      dataType.startsWith('Number')
        ? Number(stringValue)
        : dataType === 'String.Array'
          ? arrayOf(stringValue)
          : stringValue,
    ]),
  );
}

function arrayOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
