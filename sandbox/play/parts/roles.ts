import { AwsError } from '../../aws-error.ts';
import { arnOf } from '../../cloud/arn.ts';
import { attachRolePolicy } from '../../iam/attach-role-policy.ts';
import { createRole } from '../../iam/create-role.ts';
import { putRolePolicy } from '../../iam/put-role-policy.ts';
import type { Call } from '../../operation.ts';
import { partitionOf } from '../../partition.ts';
import type { World } from '../../world.ts';
import { PlayError } from '../play-error.ts';

/** A role as infrastructure code defines it. */
export interface PlayedRole {
  /** Its name where it is defined, for problems. */
  readonly name: string;
  readonly arn: string;
  /** JSON. */
  readonly trustPolicy: string;
  readonly policies: readonly { readonly name: string; readonly document: string }[];
  readonly managedPolicies: readonly string[];
  /** Seconds. */
  readonly maxSessionDuration?: number | undefined;
  readonly tags?: readonly { readonly Key: string; readonly Value: string }[] | undefined;
}

/** Makes a role as IAM would, which refuses what it would refuse. Throws `PlayError`. */
export function putRole(world: World, role: PlayedRole, region: string): void {
  const { partition, account, resource } = arnOf(role.arn);
  const call = callOf(world, partition, account, region);
  const at = resource.lastIndexOf('/');
  const RoleName = resource.slice(at + 1);
  try {
    createRole.run(call, {
      RoleName,
      Path: resource.slice('role'.length, at + 1),
      AssumeRolePolicyDocument: role.trustPolicy,
      ...(role.maxSessionDuration === undefined ? {} : { MaxSessionDuration: role.maxSessionDuration }),
      ...(role.tags === undefined ? {} : { Tags: [...role.tags] }),
    });
    for (const { name, document } of role.policies) {
      putRolePolicy.run(call, { RoleName, PolicyName: name, PolicyDocument: document });
    }
    for (const PolicyArn of role.managedPolicies) attachRolePolicy.run(call, { RoleName, PolicyArn });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new PlayError('IAM would refuse a role:', [`${role.name} (${role.arn}): ${error.message}`]);
  }
}

/** A call of the account itself, by which what infrastructure code defines comes into being; it leaves no trail. */
function callOf(world: World, partition: string, account: string, region: string): Call {
  const now = world.clock.now();
  return {
    world,
    caller: {
      kind: 'user',
      accessKeyId: account,
      account,
      userName: 'deployer',
      arn: `arn:${partitionOf(region)}:iam::${account}:user/deployer`,
    },
    partition,
    account,
    region,
    now,
    asOf: now,
    requestId: '',
  };
}
