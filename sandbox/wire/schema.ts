import { NormalizedSchema } from '@smithy/core/schema';
import type { OperationSchema } from '../operation.ts';

/** An operation's schema, ready to be walked. */
export interface OperationShape {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
}

const shapes = new WeakMap<OperationSchema, OperationShape>();

/** The name, input and output of an operation; made once for each schema. */
export function shapeOf(schema: OperationSchema): OperationShape {
  const known = shapes.get(schema);
  if (known) return known;
  const shape = {
    name: schema[2],
    input: NormalizedSchema.of(schema[4]),
    output: NormalizedSchema.of(schema[5]),
  };
  shapes.set(schema, shape);
  return shape;
}

/** The HTTP binding of an operation: method and URI pattern. Throws for an operation that has none. */
export function httpBindingOf(schema: OperationSchema): {
  readonly method: string;
  readonly pattern: string;
} {
  const traits = schema[3];
  const http: unknown = typeof traits === 'object' ? traits.http : undefined;
  if (!Array.isArray(http)) throw new Error(`${schema[2]} has no HTTP binding`);
  const [method, pattern] = http as unknown[];
  if (typeof method !== 'string' || typeof pattern !== 'string') {
    throw new Error(`the HTTP binding of ${schema[2]} is unreadable`);
  }
  return { method, pattern };
}

/** The names of the members of a structure that must be there: the SDK puts them first and says how many. */
export function requiredMembers(structure: NormalizedSchema): readonly string[] {
  const schema = structure.getSchema();
  if (!Array.isArray(schema)) return [];
  const [kind, , , , members, , required] = schema as readonly unknown[];
  if (kind !== 3 || !Array.isArray(members) || typeof required !== 'number') return [];
  return members.slice(0, required) as string[];
}

/** The member that makes a call idempotent; undefined when there is none. */
export function idempotencyMember(input: NormalizedSchema): string | undefined {
  if (!input.isStructSchema()) return undefined;
  for (const [name, member] of input.structIterator()) {
    if (member.isIdempotencyToken()) return name;
  }
  return undefined;
}
