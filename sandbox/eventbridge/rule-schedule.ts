import type { AdvanceableClock } from '../clock.ts';
import { isoSeconds } from '../cloudtrail/user-identity.ts';
import { newGuid, type RandomSource } from '../random.ts';
import { recurrenceOf } from '../scheduler/schedule-expression.ts';
import type { EventBus, RuleDefinition } from './bus.ts';

/** Fires a scheduled rule at its times, in UTC. Answers how to stop. Throws for an expression that cannot be read. */
export function runRuleSchedule(
  bus: EventBus,
  rule: RuleDefinition,
  around: { readonly clock: AdvanceableClock; readonly random: RandomSource },
): () => void {
  const { clock, random } = around;
  const next = recurrenceOf(rule.scheduleExpression ?? '', { from: clock.now() });
  let cancel: (() => void) | undefined;
  const arm = (after: number) => {
    const at = next(after);
    cancel =
      at === undefined
        ? undefined
        : clock.at(at, () => {
            arm(at);
            bus.fire(rule.name, {
              version: '0',
              id: newGuid(random),
              'detail-type': 'Scheduled Event',
              source: 'aws.events',
              account: bus.place.account,
              time: isoSeconds(at),
              region: bus.place.region,
              resources: [rule.arn],
              detail: {},
            });
          });
  };
  arm(clock.now());
  return () => cancel?.();
}
