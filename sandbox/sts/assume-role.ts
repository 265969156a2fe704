import { AssumeRole$, type AssumeRoleRequest, type AssumeRoleResponse } from '@aws-sdk/client-sts';
import { checkLength, checkRange, required } from '#sandbox/iam/field-rules.ts';
import { constraintError, validationError } from '#sandbox/iam/iam-errors.ts';
import { defaultVersion } from '#sandbox/iam/managed-policy.ts';
import type { RoleRecord } from '#sandbox/iam/role-record.ts';
import { type Call, operation } from '#sandbox/operation.ts';
import { parsePolicy } from '#shared/iam/parse-policy.ts';
import { packedSizePercent } from './packed-size.ts';
import { authorizedRole } from './role-access.ts';
import { type Session, sessionArn } from './session-store.ts';
import { type SessionTags, sessionTags } from './session-tags.ts';
import {
  invalidParameterValue,
  malformedSessionPolicy,
  notAuthorized,
  packedPolicyTooLarge,
} from './sts-errors.ts';

/** The longest session of a role that was assumed with another role's credentials, in seconds. */
const CHAINED_SECONDS = 3600;

/** AssumeRole: temporary credentials of a role that trusts the caller. */
export const assumeRole = operation<AssumeRoleRequest, AssumeRoleResponse>({
  schema: AssumeRole$,
  mutating: false,
  resource: (_call, input) => input.RoleArn ?? '*',
  run(call, input) {
    const fields = checkFields(input);
    const parent = call.world.sessions.sessionOf(call.caller);
    const tags = sessionTags(input.Tags, input.TransitiveTagKeys, parent);
    const sourceIdentity = sourceIdentityOf(call, fields);
    const role = authorizedRole(call, { ...fields, tags, sourceIdentity });
    const seconds = durationOf(call, role, input.DurationSeconds);
    const sessionPolicies = sessionPoliciesOf(call, role, input);
    const packed = packedSizeOf(input, tags);
    const session = call.world.sessions.issue({
      partition: call.partition,
      account: role.arn.split(':')[4] ?? '',
      roleArn: role.arn,
      roleName: role.roleName,
      roleId: role.roleId,
      sessionName: fields.sessionName,
      ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
      sessionTags: tags.effective,
      transitiveTagKeys: tags.transitiveKeys,
      sessionPolicies,
      ...(parent ? { takenOnBy: parent.accessKeyId } : {}),
      issuedAt: call.now,
      expiresAt: Math.floor(call.now / 1000) * 1000 + seconds * 1000,
    });
    return answerOf(session, packed);
  },
});

interface Fields {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly externalId?: string | undefined;
  readonly sourceIdentity?: string | undefined;
}

function checkFields(input: AssumeRoleRequest): Fields {
  const roleArn = required('roleArn', input.RoleArn);
  checkLength('roleArn', roleArn, 20, 2048);
  if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(roleArn)) throw validationError(`${roleArn} is invalid`);
  const sessionName = checkText(
    'roleSessionName',
    required('roleSessionName', input.RoleSessionName),
    64,
    '[\\w+=,.@-]*',
  );
  if (input.DurationSeconds !== undefined) checkRange('durationSeconds', input.DurationSeconds, 900, 43_200);
  const externalId = input.ExternalId;
  if (externalId !== undefined) checkText('externalId', externalId, 1224, '[\\w+=,.@:\\/-]*');
  const sourceIdentity = input.SourceIdentity;
  if (sourceIdentity !== undefined) checkText('sourceIdentity', sourceIdentity, 64, '[\\w+=,.@-]*');
  refuseUnsupported(input);
  return { roleArn, sessionName, externalId, sourceIdentity };
}

function checkText(member: string, text: string, most: number, pattern: string): string {
  checkLength(member, text, 2, most);
  if (!new RegExp(`^${pattern}$`).test(text)) {
    throw constraintError(member, text, `satisfy regular expression pattern: ${pattern}`);
  }
  return text;
}

/** What the sandbox has not: devices for MFA, and identity providers that vouch for contexts. */
function refuseUnsupported(input: AssumeRoleRequest): void {
  if (input.SerialNumber !== undefined || input.TokenCode !== undefined) {
    throw invalidParameterValue('The sandbox has no MFA devices: leave SerialNumber and TokenCode out.');
  }
  if (input.ProvidedContexts && input.ProvidedContexts.length > 0) {
    throw invalidParameterValue('The sandbox has no context providers: leave ProvidedContexts out.');
  }
}

/** A source identity goes on through every chained session and cannot be changed on the way. */
function sourceIdentityOf(call: Call, fields: Fields): string | undefined {
  const inherited = call.caller.kind === 'assumedRole' ? call.caller.sourceIdentity : undefined;
  if (inherited === undefined) return fields.sourceIdentity;
  if (fields.sourceIdentity !== undefined && fields.sourceIdentity !== inherited) {
    throw notAuthorized(call.caller.arn, 'sts:SetSourceIdentity', fields.roleArn);
  }
  return inherited;
}

function durationOf(call: Call, role: RoleRecord, requested: number | undefined): number {
  const seconds = requested ?? CHAINED_SECONDS;
  if (call.caller.kind === 'assumedRole' && seconds > CHAINED_SECONDS) {
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
  if (seconds > role.maxSessionDuration) {
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  return seconds;
}

function sessionPoliciesOf(call: Call, role: RoleRecord, input: AssumeRoleRequest): readonly string[] {
  const arns = policyArnsOf(input);
  if (arns.length > 10)
    throw constraintError('policyArns', `${arns.length} ARNs`, 'have length less than or equal to 10');
  const iam = call.world.iam(role.arn.split(':')[4] ?? '');
  const managed = arns.map((arn) => {
    const policy = iam.policy(arn);
    if (!policy) throw invalidParameterValue(`Policy ${arn} was not found.`);
    return defaultVersion(policy).document;
  });
  if (input.Policy === undefined) return managed;
  checkLength('policy', input.Policy, 1, 2048);
  const parsed = parsePolicy(input.Policy, 'identity');
  if (parsed.kind === 'malformed') {
    const [first] = parsed.problems;
    throw malformedSessionPolicy(
      first?.code === 'notJson' ? 'This policy contains invalid Json' : 'Syntax errors in policy.',
    );
  }
  return [input.Policy, ...managed];
}

function packedSizeOf(input: AssumeRoleRequest, tags: SessionTags): number | undefined {
  const percent = packedSizePercent({
    ...(input.Policy === undefined ? {} : { policy: input.Policy }),
    policyArns: policyArnsOf(input),
    tags: tags.effective,
    transitiveKeys: tags.transitiveKeys,
  });
  if (percent !== undefined && percent > 100) throw packedPolicyTooLarge(percent);
  return percent;
}

function policyArnsOf(input: AssumeRoleRequest): readonly string[] {
  return (input.PolicyArns ?? []).map((descriptor) => required('policyArns.member.arn', descriptor.arn));
}

function answerOf(session: Session, packed: number | undefined): AssumeRoleResponse {
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: new Date(session.expiresAt),
    },
    AssumedRoleUser: { AssumedRoleId: `${session.roleId}:${session.sessionName}`, Arn: sessionArn(session) },
    ...(packed === undefined ? {} : { PackedPolicySize: packed }),
    ...(session.sourceIdentity === undefined ? {} : { SourceIdentity: session.sourceIdentity }),
  };
}
