import * as z from 'zod';
import type { VerifyOptions } from './options.ts';

const Association = z.object({
  associationId: z.string(),
  associationArn: z.string(),
  roleArn: z.string(),
  policy: z.string().optional(),
  /** As the AWS CLI prints it. */
  modifiedAt: z.union([z.string(), z.number()]).optional(),
  disableSessionTags: z.boolean().optional(),
});
export type Association = z.infer<typeof Association>;

/** A line of the AWS CLI about the cluster. */
export function eks(
  { cluster, region }: VerifyOptions,
  verb: string,
  ...more: readonly string[]
): readonly string[] {
  return ['aws', 'eks', verb, '--region', region, '--cluster-name', cluster, ...more];
}

/** The association that a command of the AWS CLI printed. */
export function associationOf(text: string): Association {
  return z.object({ association: Association }).parse(JSON.parse(text)).association;
}
