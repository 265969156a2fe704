import type { RoleHint } from '#shared/domain/hint.ts';
import { parseRoleArn } from '#shared/domain/role.ts';
import { type InboundKind, unreadable } from '../inbound-kind.ts';
import { withoutAbsent } from '../read/json.ts';
import { partitionOf } from '../read/partition.ts';
import { readFields, roleArn, roleName, shown, tagKeys } from '../read/schema.ts';

/** IAM's events name a role without its path; only CreateRole answers anything (facts §5.3). */
const SCHEMA = {
  roleArn: roleArn('response.role.arn', 'request.roleArn'),
  role: roleName('response.role.roleName', 'request.roleName', 'request.roleArn'),
  policyArn: shown('request.policyArn'),
  policyName: shown('request.policyName'),
  permissionsBoundary: shown(
    'request.permissionsBoundary',
    'response.role.permissionsBoundary.permissionsBoundaryArn',
  ),
  tagKeys: tagKeys('request.tags', 'request.tagKeys'),
};

const REACTIONS: Readonly<Record<RoleHint['change'], string>> = {
  created: 'Checks the role where it is wished for: it may have been missing.',
  deleted: 'Reports every association that uses the role.',
  trustPolicy: 'Checks the trust policy for every association that uses the role.',
  permissions: 'Checks what the role may do, where an association uses it.',
  boundary: 'Checks what the role may do, where an association uses it.',
  tags: 'Checks the consent of the role’s owner, where an association uses it.',
};

/** A kind of event about an IAM role. IAM has no calls into other accounts: the role is in the record's account. */
export function roleEvent(
  name: string,
  change: RoleHint['change'],
  evidence: InboundKind['evidence'] = 'O',
): InboundKind {
  return {
    source: 'aws.iam',
    name,
    via: 'cloudtrail',
    schema: SCHEMA,
    reaction: REACTIONS[change],
    evidence,
    parse: (record) => {
      const { role, ...set } = readFields(record, SCHEMA);
      const parts = set.roleArn === undefined ? undefined : parseRoleArn(set.roleArn);
      const account = parts?.account ?? record.account;
      const called = role ?? parts?.roleName;
      if (called === undefined || account === undefined) return unreadable(`${name} names no role`);
      const partition = parts?.partition ?? partitionOf(record.region);
      return {
        lookAt: { kind: 'role', partition, account, roleName: called, change },
        evidence: withoutAbsent(set),
      };
    },
  };
}
