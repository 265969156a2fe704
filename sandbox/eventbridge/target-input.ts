import type { RuleDefinition, TargetDefinition } from './bus.ts';
import type { BusEvent } from './event.ts';

/**
 * The text that a target gets for an event: all of it, a constant, a part, or what its transformer makes.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function targetInput(
  target: TargetDefinition,
  rule: RuleDefinition,
  event: BusEvent,
  now: number,
): string {
  if (target.input !== undefined) return target.input;
  if (target.inputPath !== undefined) return JSON.stringify(valueAt(event, target.inputPath) ?? {});
  if (target.inputTransformer) return transformed(target, rule, event, now);
  return JSON.stringify(event);
}

function transformed(target: TargetDefinition, rule: RuleDefinition, event: BusEvent, now: number): string {
  const { inputPathsMap = {}, inputTemplate = '' } = target.inputTransformer ?? {};
  const predefined: Record<string, unknown> = {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.ingestion-time': new Date(now).toISOString(),
    'aws.events.event': Object.fromEntries(Object.entries(event).filter(([name]) => name !== 'detail')),
    'aws.events.event.json': event,
  };
  const lookUp = (name: string): unknown => {
    if (Object.hasOwn(predefined, name)) return predefined[name];
    const path = Object.hasOwn(inputPathsMap, name) ? inputPathsMap[name] : undefined;
    return path === undefined ? undefined : valueAt(event, path);
  };
  return fill(inputTemplate, lookUp);
}

/**
 * Outside quotes a value stands as JSON, text with its quotes; inside quotes as plain text. A path that leads nowhere
 * leaves nothing behind in text, and `null`-less emptiness would be no JSON: EventBridge writes an empty string.
 */
function fill(template: string, lookUp: (name: string) => unknown): string {
  let filled = '';
  let inQuotes = false;
  for (let i = 0; i < template.length; i++) {
    const char = template.charAt(i);
    const name = char === '<' ? /^<([\w.-]+)>/.exec(template.slice(i))?.[1] : undefined;
    if (name === undefined) {
      if (char === '"' && template.charAt(i - 1) !== '\\') inQuotes = !inQuotes;
      filled += char;
      continue;
    }
    filled += inQuotes ? insideQuotes(lookUp(name)) : JSON.stringify(lookUp(name) ?? '');
    i += name.length + 1;
  }
  return filled;
}

function insideQuotes(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return JSON.stringify(text).slice(1, -1);
}

/** What is at a path such as `$.detail.items[0].name`; undefined where it leads nowhere. */
function valueAt(event: BusEvent, path: string): unknown {
  if (path === '$') return event;
  if (!/^\$(\.[\w-]+|\[\d+\]|\['[^']+'\])+$/.test(path)) {
    throw new Error(
      `${path}: the sandbox reads only paths of names and indexes, such as $.detail.items[0].name`,
    );
  }
  const steps = path.matchAll(/\.([\w-]+)|\[(\d+)\]|\['([^']+)'\]/g);
  let value: unknown = event;
  for (const [, name, index, quoted] of steps) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[name ?? index ?? quoted ?? ''];
  }
  return value;
}
