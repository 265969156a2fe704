import type { Authorization, PolicyLayer } from '#shared/iam/authorize.ts';
import type { NearMiss, StatementRef } from '#shared/iam/evaluate.ts';
import type { AccessQuestion } from '../cloud/access.ts';
import type { Actor } from './actor.ts';

/** How AWS calls each set of policies in a refusal. */
const LAYER_NAMES: Readonly<Record<PolicyLayer, string>> = {
  identity: 'identity-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  resource: 'resource-based policy',
};
const MOST_NEAR_MISSES = 3;

/**
 * AWS's own sentence, and after it what would have to be there: the statement that is missing, and how near others came.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function refusalText(actor: Actor, question: AccessQuestion, decision: Authorization): string {
  const { action, resource } = question;
  const who = actor.caller ? `User: ${actor.name}` : `Service: ${actor.name}`;
  return `${who} is not authorized to perform: ${action} on resource: ${resource} ${reasonFor(actor, question, decision)}`;
}

function reasonFor(actor: Actor, question: AccessQuestion, decision: Authorization): string {
  const layer = decision.layer ?? 'identity';
  const answer = decision.answers[layer];
  const name = LAYER_NAMES[layer];
  if (answer?.answer === 'denies' && answer.kind === 'explicit') {
    return `with an explicit deny in ${layer === 'identity' ? 'an' : 'a'} ${name}: ${statementText(answer.by)}`;
  }
  if (answer?.answer === 'unknown') {
    const open = answer.open.map(({ statement }) => statementText(statement)).join(', ');
    return `because the sandbox cannot know ${answer.keys.join(', ')}, which ${open} (${name}) asks for`;
  }
  const nearMisses = answer?.answer === 'denies' && answer.kind === 'implicit' ? answer.nearMisses : [];
  const where = layer === 'resource' ? `the policy of ${question.resource}` : whereOf(actor, layer);
  return [
    `because no ${name} allows the ${question.action} action.`,
    `Missing in ${where}: ${JSON.stringify(missingStatement(actor, question, layer))}`,
    ...nearMissTexts(nearMisses),
  ].join(' ');
}

function whereOf({ caller, name }: Actor, layer: PolicyLayer): string {
  const whose = caller?.kind === 'assumedRole' ? caller.roleArn : name;
  return layer === 'identity' ? `the policies of ${whose}` : `the ${LAYER_NAMES[layer]} of ${whose}`;
}

function missingStatement(actor: Actor, question: AccessQuestion, layer: PolicyLayer): object {
  const { action, resource, principal } = question;
  const statement = { Effect: 'Allow', Action: action, Resource: resource };
  if (layer !== 'resource') return statement;
  if (principal.kind !== 'service') {
    const arn = actor.caller?.kind === 'assumedRole' ? actor.caller.roleArn : actor.name;
    return { ...statement, Principal: { AWS: arn } };
  }
  const source = principal.sourceArn;
  return {
    ...statement,
    Principal: { Service: principal.service },
    ...(source === undefined ? {} : { Condition: { ArnEquals: { 'aws:SourceArn': source } } }),
  };
}

/** Statements about the action that missed by something else; those about other actions help nobody. */
function nearMissTexts(nearMisses: readonly NearMiss[]): string[] {
  return nearMisses
    .filter(({ missed }) => missed !== 'action')
    .slice(0, MOST_NEAR_MISSES)
    .map((miss) => {
      const statement = statementText(miss.statement);
      if (miss.missed !== 'condition') return `(${statement} is about another ${miss.missed})`;
      const given = miss.given === undefined ? 'nothing' : miss.given.join(', ');
      const { operator, key } = miss.condition;
      return `(${statement} wants ${operator} ${key} ${miss.wanted.join(', ')}, and the request has ${given})`;
    });
}

function statementText({ policy, index, sid }: StatementRef): string {
  const of = policy === undefined ? '' : ` of ${policy}`;
  return sid === undefined ? `statement ${index + 1}${of}` : `statement ${sid}${of}`;
}
