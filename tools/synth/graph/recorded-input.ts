import * as z from 'zod';
import type { RecordedResource } from '../engine/recorded.ts';
import { SynthError } from '../synth-error.ts';

/**
 * The inputs of a recorded resource, read with a strict schema: a property that the graph cannot express is an error that names
 * it, so that nothing which would be deployed is silently missing where the graph is played.
 */
export function readInputs<S extends z.ZodType>(resource: RecordedResource, schema: S): z.infer<S> {
  const read = schema.safeParse(resource.inputs);
  if (read.success) return read.data;
  throw new SynthError(
    'synth.notInFormat',
    `${resource.name} (${resource.type}) is not expressible in the graph format:\n${z.prettifyError(read.error)}`,
  );
}

const Outputs = z.looseObject({ arn: z.string() });

/** The ARN that the model of AWS gave the resource. */
export function arnOf(resource: RecordedResource): string {
  return Outputs.parse(resource.outputs).arn;
}

/** A property that says nothing about what is played: tags, descriptions. */
export const Unplayed = z.unknown().optional();

/** JSON that the program gave as text or as a value. */
export const JsonValue = z.union([z.string(), z.looseObject({})]).transform((given, context): unknown => {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given);
  } catch {
    context.addIssue({ code: 'custom', message: 'not JSON' });
    return z.NEVER;
  }
});

/** A policy document: the statements are what is looked into. */
export const PolicyDocument = z.strictObject({
  Version: z.string(),
  Id: z.string().optional(),
  Statement: z.array(z.record(z.string(), z.unknown())),
});
export type PolicyDocument = z.infer<typeof PolicyDocument>;

/** A policy document as programs write it: text or value, one statement or several. */
export const PolicyInput = JsonValue.transform((value, context): PolicyDocument => {
  const one = value as { Statement?: unknown };
  const listed = Array.isArray(one.Statement) ? value : { ...one, Statement: [one.Statement] };
  const read = PolicyDocument.safeParse(listed);
  if (read.success) return read.data;
  context.addIssue({ code: 'custom', message: z.prettifyError(read.error) });
  return z.NEVER;
});
