import { type Arn, arnOf } from '../cloud/arn.ts';
import type { RetryPolicy } from '../cloud/delivery.ts';
import type { BusEvent } from './event.ts';
import { compileEventPattern, type EventPattern } from './event-pattern.ts';

/** Where a rule sends what it matched. */
export interface TargetDefinition {
  readonly id: string;
  readonly arn: string;
  /** The role that EventBridge assumes to deliver; without it the target's own policy decides. */
  readonly roleArn?: string | undefined;
  /** A constant in place of the event. */
  readonly input?: string | undefined;
  /** JSONPath: the part of the event that is sent. */
  readonly inputPath?: string | undefined;
  readonly inputTransformer?: InputTransformer | undefined;
  /** For FIFO queues. */
  readonly messageGroupId?: string | undefined;
  readonly retryPolicy?: RetryPolicy | undefined;
  /** A standard queue. */
  readonly deadLetterArn?: string | undefined;
}

export interface InputTransformer {
  /** Names for JSONPaths into the event. */
  readonly inputPathsMap?: Readonly<Record<string, string>> | undefined;
  /** Text in which `<name>` stands for what is at its path. */
  readonly inputTemplate: string;
}

/** A rule as infrastructure code defines it. */
export interface RuleDefinition {
  readonly arn: string;
  readonly name: string;
  readonly description?: string | undefined;
  /** JSON. */
  readonly eventPattern?: string | undefined;
  /** `rate(…)` or `cron(…)`, UTC; on the default bus only. */
  readonly scheduleExpression?: string | undefined;
  readonly state?: 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' | undefined;
  readonly targets: readonly TargetDefinition[];
}

/** A bus as infrastructure code defines it. */
export interface EventBusDefinition {
  readonly arn: string;
  /** JSON: who may put events. */
  readonly policy?: string | undefined;
}

/** One event on its way from a rule to one of its targets. */
export interface Dispatch {
  readonly bus: EventBus;
  readonly rule: RuleDefinition;
  readonly target: TargetDefinition;
  readonly event: BusEvent;
  /** The event came from another bus; it goes to no third one (facts §6.2). */
  readonly forwarded: boolean;
}

interface Rule {
  readonly definition: RuleDefinition;
  readonly pattern: EventPattern | undefined;
}

const MOST_TARGETS = 5;

/** One event bus with its rules. */
export class EventBus {
  readonly arn: string;
  readonly name: string;
  readonly place: Arn;
  readonly policy: string | undefined;
  private readonly rules = new Map<string, Rule>();
  private readonly dispatch: (dispatch: Dispatch) => void;

  constructor(definition: EventBusDefinition, dispatch: (dispatch: Dispatch) => void) {
    this.arn = definition.arn;
    this.place = arnOf(definition.arn);
    this.name = this.place.resource.replace(/^event-bus\//, '');
    this.policy = definition.policy;
    this.dispatch = dispatch;
  }

  /** Adds or replaces a rule. Throws `AwsError` for a pattern that EventBridge refuses. */
  addRule(definition: RuleDefinition): void {
    if (definition.targets.length > MOST_TARGETS) {
      throw new Error(`${definition.arn} has more than ${MOST_TARGETS} targets`);
    }
    const pattern =
      definition.eventPattern === undefined ? undefined : compileEventPattern(definition.eventPattern);
    this.rules.set(definition.name, { definition, pattern });
  }

  /** The rules, by name. */
  ruleDefinitions(): readonly RuleDefinition[] {
    return [...this.rules.values()]
      .map(({ definition }) => definition)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Sends an event to the targets of every rule that matches it. Answers how many rules did. */
  publish(event: BusEvent, options: { readonly forwarded?: boolean } = {}): number {
    let matched = 0;
    for (const { definition, pattern } of this.rules.values()) {
      if (!pattern || !isListening(definition, event) || !pattern.matches(event)) continue;
      matched++;
      this.sendToTargets(definition, event, options.forwarded ?? false);
    }
    return matched;
  }

  /** Sends an event to the targets of one rule: its schedule says so. */
  fire(ruleName: string, event: BusEvent): void {
    const rule = this.rules.get(ruleName);
    if (rule && rule.definition.state !== 'DISABLED') this.sendToTargets(rule.definition, event, false);
  }

  private sendToTargets(rule: RuleDefinition, event: BusEvent, forwarded: boolean): void {
    for (const target of rule.targets) this.dispatch({ bus: this, rule, target, event, forwarded });
  }
}

/** Read-only calls reach only rules that ask for all management events (facts §6.2). */
function isListening({ state = 'ENABLED' }: RuleDefinition, event: BusEvent): boolean {
  if (state === 'DISABLED') return false;
  const isRead = event['detail-type'].endsWith('via CloudTrail') && event.detail['readOnly'] === true;
  return !isRead || state === 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
}
