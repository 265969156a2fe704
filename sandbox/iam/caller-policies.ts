import type { Caller } from '#sandbox/caller.ts';
import type { World } from '#sandbox/world.ts';
import type { PolicyDocument } from '#shared/iam/document.ts';
import type { Caller as PolicyCaller } from '#shared/iam/principals.ts';
import type { IamState } from './iam-state.ts';
import { defaultVersion } from './managed-policy.ts';
import { parsedPolicy } from './parsed-policies.ts';
import type { RoleRecord } from './role-record.ts';
import { roleByArn } from './trust-policy.ts';

/** The policies that a caller brings along, as the evaluator wants them. */
export interface CallerPolicies {
  readonly identityPolicies: readonly PolicyDocument[];
  readonly permissionsBoundary?: PolicyDocument;
  readonly sessionPolicies?: readonly PolicyDocument[];
}

const EVERYTHING = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';
const NOTHING = '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}';

/**
 * What a caller may do by its own policies. Keys of an account itself may do everything: there are no users here whose
 * policies could say otherwise. A session whose role is gone, or was made again, may do nothing.
 */
export function policiesOf(world: World, caller: Caller): CallerPolicies {
  if (caller.kind === 'user') return { identityPolicies: [documentOf(EVERYTHING, 'account key')] };
  const role = roleByArn(world, caller.roleArn);
  if (!role || role.roleId !== caller.roleId) return { identityPolicies: [] };
  const iam = world.iam(caller.account);
  const sessionPolicies = world.sessions.sessionOf(caller)?.sessionPolicies ?? [];
  return {
    identityPolicies: identityPoliciesOf(iam, role),
    ...(role.permissionsBoundaryArn === undefined
      ? {}
      : { permissionsBoundary: managedDocument(iam, role.permissionsBoundaryArn) }),
    ...(sessionPolicies.length === 0
      ? {}
      : {
          sessionPolicies: sessionPolicies.map((text, index) =>
            documentOf(text, `session policy ${index + 1}`),
          ),
        }),
  };
}

/** The caller in the evaluator's words. */
export function policyCaller(caller: Caller): PolicyCaller {
  if (caller.kind === 'user') return { kind: 'user', arn: caller.arn };
  const { roleArn, sessionName, roleId } = caller;
  return { kind: 'roleSession', roleArn, sessionName, uniqueId: roleId };
}

function identityPoliciesOf(iam: IamState, role: RoleRecord): PolicyDocument[] {
  return [
    ...Object.entries(role.inlinePolicies).map(([name, text]) => documentOf(text, name)),
    ...role.attachedPolicyArns.map((arn) => managedDocument(iam, arn)),
  ];
}

function managedDocument(iam: IamState, arn: string): PolicyDocument {
  const policy = iam.policy(arn);
  return documentOf(policy ? defaultVersion(policy).document : NOTHING, arn);
}

/** A document that cannot be read (a seed's, never the API's) denies everything. */
function documentOf(text: string, name: string): PolicyDocument {
  const parsed = parsedPolicy(text, 'identity', name);
  return parsed.kind === 'document' ? parsed.document : documentOf(NOTHING, name);
}
