import * as z from 'zod';

const json = z.record(z.string(), z.unknown());

/** One resource as the program registered it, or one that exists already and was only read. */
export const RecordedResource = z.object({
  urn: z.string(),
  /** As Pulumi writes it: `aws:sqs/queue:Queue`; a component of SST is `sst:aws:Queue`. */
  type: z.string(),
  /** The logical name. */
  name: z.string(),
  parent: z.string().optional(),
  kind: z.enum(['register', 'read']),
  /** False for components, which exist in the program only. */
  custom: z.boolean(),
  region: z.string(),
  id: z.string(),
  inputs: json,
  outputs: json,
  /** Not deleted when the stage is removed. */
  retainOnDelete: z.boolean(),
  dependencies: z.array(z.string()),
});
export type RecordedResource = z.infer<typeof RecordedResource>;

/** Everything the engine saw in one run; `recorded.json`. */
export const Recording = z.object({
  app: z.string(),
  stage: z.string(),
  account: z.string(),
  partition: z.string(),
  region: z.string(),
  /** Whether the program ran to its end without an error. */
  complete: z.boolean(),
  resources: z.array(RecordedResource),
});
export type Recording = z.infer<typeof Recording>;
