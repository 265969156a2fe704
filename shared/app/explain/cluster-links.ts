import type { AssociationFields, ObservedAssociation } from '#shared/domain/association.ts';
import type { ClusterRef } from '#shared/domain/cluster.ts';
import type { Decision, HoldReason, Step } from '#shared/domain/decision.ts';
import type { ServiceAccountKey } from '#shared/domain/key.ts';
import { addonOwner } from '#shared/domain/ownership.ts';
import { stepOf } from '#shared/domain/plan.ts';
import { AGENT_ADDON } from '#shared/ports/addons.ts';
import type { AgentState } from '../fleet/check-fleet.ts';
import type { Fix, Link } from './explanation.ts';
import { terraformResource } from './terraform.ts';

/** Whether something on the cluster hands out credentials. */
export function agentLink(agent: AgentState, cluster: ClusterRef, takenForGranted: boolean): Link {
  const name = 'agent';
  switch (agent.kind) {
    case 'ready':
      return { name, state: 'holds', says: `the add-on ${AGENT_ADDON} is ACTIVE` };
    case 'builtIn':
      return { name, state: 'holds', says: 'built into EKS Auto Mode' };
    case 'unknown':
      return { name, state: 'unknown', says: `could not be read: ${agent.failure.message}` };
    case 'degraded': {
      const says = `the add-on ${AGENT_ADDON} is ${agent.status}${agent.detail === '' ? '' : `: ${agent.detail}`}`;
      const what =
        'see what EKS says about the add-on; pods on nodes without a running agent get no credentials';
      return { name, state: 'broken', says, fix: { what, awsCli: [addonWords('describe-addon', cluster)] } };
    }
    case 'noAddon':
      return takenForGranted
        ? { name, state: 'holds', says: 'no add-on; taken for granted, as you said --agent-installed' }
        : missingAgent(cluster);
  }
}

/** EKS cannot tell of an agent that came with Helm or in the machine image (facts §3.3). */
function missingAgent(cluster: ClusterRef): Link {
  return {
    name: 'agent',
    state: 'broken',
    says: `the add-on ${AGENT_ADDON} is not installed. If the agent runs by other means (Helm, machine image), say --agent-installed`,
    fix: {
      what: 'install the add-on; nodes need eks-auth:AssumeRoleForPodIdentity, which AmazonEKSWorkerNodePolicy has',
      awsCli: [addonWords('create-addon', cluster)],
      terraform: terraformResource('aws_eks_addon', 'pod_identity_agent', {
        cluster_name: cluster.name,
        addon_name: AGENT_ADDON,
      }),
    },
  };
}

function addonWords(command: 'create-addon' | 'describe-addon', cluster: ClusterRef): readonly string[] {
  return [
    'aws',
    'eks',
    command,
    '--cluster-name',
    cluster.name,
    '--addon-name',
    AGENT_ADDON,
    '--region',
    cluster.region,
  ];
}

/** Whether the association is there and is as wished. */
export function associationLink(
  decision: Decision,
  cluster: ClusterRef,
  fields: AssociationFields | undefined,
): Link {
  const name = 'association';
  const { verdict, reason } = decision;
  switch (verdict.kind) {
    case 'converged': {
      const what = verdict.observed
        ? `${verdict.observed.associationId} binds ${verdict.observed.roleArn}`
        : reason;
      return { name, state: 'holds', says: what };
    }
    case 'settling':
      return { name, state: 'unknown', says: `${reason}: look again in a few seconds` };
    case 'unknown':
      return { name, state: 'unknown', says: `could not be read: ${reason}` };
    case 'report':
      return {
        name,
        state: 'broken',
        says: conflictText(verdict, reason),
        fix: conflictFix(verdict, cluster, fields),
      };
    case 'hold': {
      const says = `${reason}; not put right: ${HELD_BECAUSE[verdict.reason]}`;
      return {
        name,
        state: 'broken',
        says,
        ...(verdict.step ? { fix: heldFix(verdict.reason, stepFix(verdict.step, decision, cluster)) } : {}),
      };
    }
    default: {
      const step = stepOf(verdict);
      return {
        name,
        state: 'broken',
        says: reason,
        ...(step ? { fix: stepFix(step, decision, cluster) } : {}),
      };
    }
  }
}

const HELD_BECAUSE: Readonly<Record<HoldReason, string>> = {
  observeMode: 'its mode is observe',
  ignoreMode: 'its mode is ignore',
  pruneOff: 'nothing is deleted unless that is asked for',
  brake: 'more deletes and overwrites than may happen without anybody looking',
  frozen: 'all writes are stopped',
  clusterPartlyRead: 'the cluster could be read only in part',
  clusterNotActive: 'the cluster is neither ACTIVE nor UPDATING',
  notInPlan: 'the approved plan does not name it',
};

/** A repair holds the step too: the mode comes first, or somebody makes the change by hand. */
function heldFix(reason: HoldReason, { byRepair: _, ...fix }: Fix): Fix {
  if (reason !== 'observeMode' && reason !== 'ignoreMode') return fix;
  return {
    ...fix,
    what: `let Rolecall put it right by mode: enforce in the mapping, or ${fix.what}`,
    manifest: 'spec:\n  mode: enforce\n',
  };
}

function stepFix(step: Step, key: ServiceAccountKey, cluster: ClusterRef): Fix {
  switch (step.kind) {
    case 'create':
      return {
        what: 'create the association; pods that run now get credentials when they are re-created',
        byRepair: true,
        awsCli: [createWords(step.fields, key, cluster)],
        terraform: associationResource(step.fields, key, cluster),
      };
    case 'update':
    case 'adopt':
      return {
        what: step.kind === 'adopt' ? 'make the association ours' : 'change the association in place',
        byRepair: true,
        awsCli: changeWords(step, cluster),
        terraform: associationResource(step.fields, key, cluster),
      };
    case 'delete':
      return {
        what: 'delete the association, which nobody wishes for',
        awsCli: [
          eksWords('delete-pod-identity-association', cluster, [
            '--association-id',
            step.observed.associationId,
          ]),
        ],
      };
  }
}

function createWords(
  fields: AssociationFields,
  key: ServiceAccountKey,
  cluster: ClusterRef,
): readonly string[] {
  const { roleArn, targetRoleArn, disableSessionTags, policy, tags } = fields;
  return eksWords('create-pod-identity-association', cluster, [
    '--namespace',
    key.namespace,
    '--service-account',
    key.serviceAccount,
    '--role-arn',
    roleArn,
    ...(targetRoleArn === undefined ? [] : ['--target-role-arn', targetRoleArn]),
    ...(disableSessionTags ? ['--disable-session-tags'] : []),
    ...(policy === undefined ? [] : ['--policy', policy]),
    ...tagWords(tags),
  ]);
}

/** JSON, because the AWS CLI's short form of a map gives commas and equals signs a meaning. */
function tagWords(tags: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(tags).length === 0 ? [] : ['--tags', JSON.stringify(tags)];
}

function changeWords(
  step: Step & { kind: 'update' | 'adopt' },
  cluster: ClusterRef,
): readonly (readonly string[])[] {
  const { observed, changes, tagChanges } = step;
  const fields = [
    ...(changes.roleArn === undefined ? [] : ['--role-arn', changes.roleArn]),
    ...(changes.targetRoleArn === undefined ? [] : ['--target-role-arn', changes.targetRoleArn]),
    ...(changes.disableSessionTags === undefined
      ? []
      : [changes.disableSessionTags ? '--disable-session-tags' : '--no-disable-session-tags']),
    ...(changes.policy === undefined ? [] : ['--policy', changes.policy]),
  ];
  const resource = ['--resource-arn', observed.associationArn];
  const region = ['--region', cluster.region];
  return [
    ...(fields.length === 0
      ? []
      : [
          eksWords('update-pod-identity-association', cluster, [
            '--association-id',
            observed.associationId,
            ...fields,
          ]),
        ]),
    ...(Object.keys(tagChanges.set).length === 0
      ? []
      : [['aws', 'eks', 'tag-resource', ...resource, ...tagWords(tagChanges.set), ...region]]),
    ...(tagChanges.remove.length === 0
      ? []
      : [['aws', 'eks', 'untag-resource', ...resource, '--tag-keys', ...tagChanges.remove, ...region]]),
  ];
}

function eksWords(command: string, cluster: ClusterRef, words: readonly string[]): readonly string[] {
  return ['aws', 'eks', command, '--cluster-name', cluster.name, ...words, '--region', cluster.region];
}

function associationResource(fields: AssociationFields, key: ServiceAccountKey, cluster: ClusterRef): string {
  const { targetRoleArn, disableSessionTags, policy, tags } = fields;
  return terraformResource('aws_eks_pod_identity_association', `${key.namespace}_${key.serviceAccount}`, {
    cluster_name: cluster.name,
    namespace: key.namespace,
    service_account: key.serviceAccount,
    role_arn: fields.roleArn,
    target_role_arn: targetRoleArn,
    disable_session_tags: disableSessionTags || undefined,
    policy: policy === undefined ? undefined : { json: policy },
    tags: Object.keys(tags).length === 0 ? undefined : { map: tags },
  });
}

type Reported = Decision['verdict'] & { readonly kind: 'report' };

function conflictText({ observed }: Reported, reason: string): string {
  return observed
    ? `${observed.associationId} binds ${observed.roleArn} and is not ours: ${reason}`
    : `it is not ours: ${reason}`;
}

function conflictFix(
  { finding, observed, owner }: Reported,
  cluster: ClusterRef,
  fields: AssociationFields | undefined,
): Fix {
  if (finding === 'addonOwned') return addonFix(observed, cluster, fields);
  const whose = finding === 'foreign' ? `change it with ${owner ?? 'the tool that manages it'}` : 'delete it';
  return {
    what: `${whose}, or say takeover: true in the target, and Rolecall makes it ours`,
    manifest: '      takeover: true\n',
  };
}

function addonFix(
  observed: ObservedAssociation | undefined,
  cluster: ClusterRef,
  fields: AssociationFields | undefined,
): Fix {
  const addon = observed && addonOwner(observed)?.replace(/^add-on /, '');
  const what = 'the add-on runs it: change its role there, and take the mapping away for this cluster';
  if (!observed || addon === undefined || fields === undefined) return { what };
  const association = JSON.stringify([{ serviceAccount: observed.serviceAccount, roleArn: fields.roleArn }]);
  return {
    what,
    awsCli: [
      eksWords('update-addon', cluster, ['--addon-name', addon, '--pod-identity-associations', association]),
    ],
  };
}
