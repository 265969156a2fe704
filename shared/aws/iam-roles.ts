import { GetRoleCommand, IAMClient, type Role as IamRole } from '@aws-sdk/client-iam';
import { parseRoleArn, type Role } from '#shared/domain/role.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import type { Roles } from '#shared/ports/roles.ts';
import { epochMs, required } from './answer-fields.ts';
import type { AwsAccess } from './aws-access.ts';
import { type CallName, expectOutput } from './call-aws.ts';
import { malformedAnswer } from './malformed-answer.ts';
import { ServiceCalls } from './service-calls.ts';
import type { StsCaller } from './sts-caller.ts';

/** Reads roles from IAM, which is one for all regions of a partition. */
export class IamRoles implements Roles {
  readonly #calls: ServiceCalls<IAMClient>;

  constructor(access: AwsAccess, caller: StsCaller) {
    this.#calls = new ServiceCalls(access, {
      service: 'IAM',
      createClient: (config) => new IAMClient(config),
      guard: ({ account }, options) => caller.requireAccount({ account }, options),
    });
  }

  async get(account: string, roleName: string, options?: CallOptions): Promise<Role | undefined> {
    const name = { operation: 'iam:GetRole', subject: () => `${roleName} in ${account}` };
    const region = await this.#calls.access.iamRegion();
    const answer = await this.#calls.call(
      { account, region },
      name,
      (client, send) => client.send(new GetRoleCommand({ RoleName: roleName }), send),
      options,
    );
    if (answer.kind === 'refused' && answer.refusal.kind === 'notFound') return undefined;
    return toRole(expectOutput(answer).Role, account, name);
  }
}

function toRole(answer: IamRole | undefined, account: string, name: CallName): Role {
  if (!answer) throw malformedAnswer(name, 'Role is missing');
  const roleArn = required(answer.Arn, 'Arn', name);
  if (parseRoleArn(roleArn)?.account !== account)
    throw malformedAnswer(name, `the answer is about ${roleArn}`);
  const boundary = answer.PermissionsBoundary?.PermissionsBoundaryArn;
  return {
    roleArn,
    roleName: required(answer.RoleName, 'RoleName', name),
    trustPolicy: decodeTrustPolicy(
      required(answer.AssumeRolePolicyDocument, 'AssumeRolePolicyDocument', name),
      name,
    ),
    tags: Object.fromEntries((answer.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
    createdAt: epochMs(answer.CreateDate, 'CreateDate', name),
    ...(boundary ? { permissionsBoundaryArn: boundary } : {}),
  };
}

/** IAM sends policy documents URL-encoded after RFC 3986, where `+` is a plus sign (facts §9.1). */
function decodeTrustPolicy(encoded: string, name: CallName): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw malformedAnswer(name, 'AssumeRolePolicyDocument is not URL-encoded');
  }
}
