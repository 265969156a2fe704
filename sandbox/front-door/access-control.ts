import { authorize } from '#shared/iam/authorize.ts';
import type { PolicyDocument } from '#shared/iam/document.ts';
import type { AccessAnswer, AccessQuestion, Authorize } from '../cloud/access.ts';
import { parsedPolicy } from '../iam/parsed-policies.ts';
import type { World } from '../world.ts';
import { actorOf } from './actor.ts';
import { refusalText } from './refusal-text.ts';
import { requestKeys, type Surroundings } from './request-keys.ts';

export interface AccessControlOptions {
  /** The organisation that all accounts of the sandbox belong to; `aws:PrincipalOrgID` and the like are absent without. */
  readonly organisationId?: string | undefined;
}

const ALLOWED: AccessAnswer = { kind: 'allowed' };

/**
 * The front door: decides on every call and every delivery by the policies of who asks and of what is asked for. Keys of
 * an account itself may do everything in that account. What cannot be known is refused, and named.
 */
export function accessControl(world: World, options: AccessControlOptions = {}): Authorize {
  const around = { world, organisationId: options.organisationId };
  return (question) => decide(around, question);
}

function decide(around: Surroundings, question: AccessQuestion): AccessAnswer {
  const found = actorOf(around.world, question.principal);
  if (found.kind === 'refused') return { kind: 'denied', reason: found.reason };
  const { actor } = found;
  const { action, resource, account } = question;
  // A role's trust policy must allow it even where the caller's own policies do.
  const isTrust = action === 'sts:AssumeRole';
  const own = question.resourcePolicy;
  const resourcePolicy = own === undefined ? undefined : documentOf(own, isTrust ? 'trust' : 'resource');
  if (resourcePolicy === 'malformed') {
    return { kind: 'denied', reason: `${actor.name}: the policy of ${resource} cannot be read` };
  }
  const decision = authorize({
    ...actor.policies,
    caller: actor.asPolicyCaller,
    action,
    resource,
    resourceAccount: account,
    ...(resourcePolicy ? { resourcePolicy } : {}),
    ...(isTrust ? { resourcePolicyDecides: true } : {}),
    context: requestKeys(around, actor, question),
  });
  if (decision.answer === 'allowed') return ALLOWED;
  return { kind: 'denied', reason: refusalText(actor, question, decision) };
}

function documentOf(text: string, kind: 'trust' | 'resource'): PolicyDocument | 'malformed' {
  const parsed = parsedPolicy(text, kind);
  return parsed.kind === 'document' ? parsed.document : 'malformed';
}
