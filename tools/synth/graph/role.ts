import * as z from 'zod';
import type { RecordedResource } from '../engine/recorded.ts';
import { arnOf, PolicyDocument, PolicyInput, readInputs, Unplayed } from './recorded-input.ts';

/** An IAM role with its trust policy and what it may do. */
export const Role = z.strictObject({
  name: z.string(),
  roleName: z.string(),
  arn: z.string(),
  trustPolicy: PolicyDocument,
  /** Inline policies. */
  policies: z.array(z.strictObject({ name: z.string(), document: PolicyDocument })),
  /** ARNs of managed policies. */
  managedPolicies: z.array(z.string()),
});
export type Role = z.infer<typeof Role>;

const RoleInput = z.strictObject({
  name: z.string().optional(),
  path: z.string().optional(),
  description: Unplayed,
  assumeRolePolicy: PolicyInput,
  inlinePolicies: z.array(z.strictObject({ name: z.string(), policy: PolicyInput })).default([]),
  managedPolicyArns: z.array(z.string()).default([]),
  maxSessionDuration: Unplayed,
  forceDetachPolicies: Unplayed,
  tags: Unplayed,
});

const RoleOutput = z.looseObject({ name: z.string() });

export function roleOf(resource: RecordedResource, more: readonly RolePolicy[]): Role {
  const input = readInputs(resource, RoleInput);
  const { name: roleName } = RoleOutput.parse(resource.outputs);
  const inline = input.inlinePolicies.map(({ name, policy }) => ({ name, document: policy }));
  const attached = more
    .filter(({ role }) => role === roleName)
    .map(({ name, document }) => ({ name, document }));
  return {
    name: resource.name,
    roleName,
    arn: arnOf(resource),
    trustPolicy: input.assumeRolePolicy,
    policies: [...inline, ...attached],
    managedPolicies: [...input.managedPolicyArns].sort(),
  };
}

/** An inline policy that is a resource of its own. */
export interface RolePolicy {
  readonly role: string;
  readonly name: string;
  readonly document: PolicyDocument;
}

const RolePolicyInput = z.strictObject({
  role: z.string(),
  name: z.string().optional(),
  policy: PolicyInput,
});

export function rolePolicyOf(resource: RecordedResource): RolePolicy {
  const { role, name, policy } = readInputs(resource, RolePolicyInput);
  return { role, name: name ?? resource.name, document: policy };
}
