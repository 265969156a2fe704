import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import type { AssociationFields, FieldChanges } from '#shared/domain/association.ts';
import type { ClusterRef } from '#shared/domain/cluster.ts';
import { formatKey, type ServiceAccountKey } from '#shared/domain/key.ts';
import type {
  CallOptions,
  CreateAnswer,
  DeleteAnswer,
  PodIdentityWriter,
  RoleRefusal,
  TagAnswer,
  UpdateAnswer,
} from '#shared/ports/pod-identity.ts';
import { type Answer, expectOutput } from './call-aws.ts';
import type { Refusal } from './classify-error.ts';
import { clusterNotFound } from './cluster-not-found.ts';
import { toObserved } from './eks-association.ts';
import type { EksCalls } from './eks-calls.ts';

type WriteOptions = CallOptions & { readonly token: string };

/** Writes associations to EKS. A module of its own, so that what only reads need not even load it. */
export class EksPodIdentityWriter implements PodIdentityWriter {
  readonly #calls: EksCalls;

  constructor(calls: EksCalls) {
    this.#calls = calls;
  }

  async create(
    cluster: ClusterRef,
    key: ServiceAccountKey,
    fields: AssociationFields,
    options: WriteOptions,
  ): Promise<CreateAnswer> {
    const name = {
      operation: 'eks:CreatePodIdentityAssociation',
      subject: () => `${formatKey(key)} in ${cluster.name}`,
    };
    const input = createInput(cluster, key, fields, options.token);
    const answer = await this.#calls.call(
      cluster,
      name,
      (client, send) => client.send(new CreatePodIdentityAssociationCommand(input), send),
      options,
    );
    if (answer.kind === 'ok') {
      return { kind: 'created', association: toObserved(answer.output.association, cluster, name) };
    }
    const { refusal } = answer;
    if (refusal.kind === 'exists' || refusal.kind === 'limitExceeded') return refusal;
    // Only the cluster can be missing, however EKS words it.
    if (refusal.kind === 'notFound') throw clusterNotFound(cluster, answer.error);
    if (isRoleRefusal(refusal)) return refusal;
    throw answer.error;
  }

  async update(
    cluster: ClusterRef,
    associationId: string,
    changes: FieldChanges,
    options: WriteOptions,
  ): Promise<UpdateAnswer> {
    const name = {
      operation: 'eks:UpdatePodIdentityAssociation',
      subject: () => `${associationId} in ${cluster.name}`,
    };
    const input = { clusterName: cluster.name, associationId, clientRequestToken: options.token, ...changes };
    const answer = await this.#calls.call(
      cluster,
      name,
      (client, send) => client.send(new UpdatePodIdentityAssociationCommand(input), send),
      options,
    );
    if (answer.kind === 'ok') {
      return { kind: 'updated', association: toObserved(answer.output.association, cluster, name) };
    }
    if (answer.refusal.kind === 'notFound') return { kind: 'gone' };
    if (isRoleRefusal(answer.refusal)) return answer.refusal;
    throw answer.error;
  }

  async delete(cluster: ClusterRef, associationId: string, options?: CallOptions): Promise<DeleteAnswer> {
    const name = {
      operation: 'eks:DeletePodIdentityAssociation',
      subject: () => `${associationId} in ${cluster.name}`,
    };
    const answer = await this.#calls.call(
      cluster,
      name,
      (client, send) =>
        client.send(
          new DeletePodIdentityAssociationCommand({ clusterName: cluster.name, associationId }),
          send,
        ),
      options,
    );
    return goneOr({ kind: 'deleted' }, answer);
  }

  async tag(
    cluster: ClusterRef,
    associationArn: string,
    tags: Readonly<Record<string, string>>,
    options?: CallOptions,
  ): Promise<TagAnswer> {
    const name = { operation: 'eks:TagResource', subject: () => associationArn };
    const answer = await this.#calls.call(
      cluster,
      name,
      (client, send) => client.send(new TagResourceCommand({ resourceArn: associationArn, tags }), send),
      options,
    );
    return goneOr({ kind: 'done' }, answer);
  }

  async untag(
    cluster: ClusterRef,
    associationArn: string,
    tagKeys: readonly string[],
    options?: CallOptions,
  ): Promise<TagAnswer> {
    const name = { operation: 'eks:UntagResource', subject: () => associationArn };
    const input = { resourceArn: associationArn, tagKeys: [...tagKeys] };
    const answer = await this.#calls.call(
      cluster,
      name,
      (client, send) => client.send(new UntagResourceCommand(input), send),
      options,
    );
    return goneOr({ kind: 'done' }, answer);
  }
}

function createInput(cluster: ClusterRef, key: ServiceAccountKey, fields: AssociationFields, token: string) {
  const { targetRoleArn, policy, disableSessionTags, tags } = fields;
  return {
    clusterName: cluster.name,
    namespace: key.namespace,
    serviceAccount: key.serviceAccount,
    roleArn: fields.roleArn,
    clientRequestToken: token,
    // The rest is left out where it is the default: a map of tags must hold at least one (facts §1.2).
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
    ...(disableSessionTags ? { disableSessionTags } : {}),
    ...(targetRoleArn === undefined ? {} : { targetRoleArn }),
    ...(policy === undefined ? {} : { policy }),
  };
}

/** Tags and deletes answer 404 for what is not there, whether it never was or the cluster went with it. */
function goneOr<Done>(done: Done, answer: Answer<unknown>): Done | { readonly kind: 'gone' } {
  if (answer.kind === 'refused' && answer.refusal.kind === 'notFound') return { kind: 'gone' };
  expectOutput(answer);
  return done;
}

function isRoleRefusal(refusal: Refusal): refusal is RoleRefusal {
  switch (refusal.kind) {
    case 'roleNotFound':
    case 'trustPolicyInvalid':
    case 'roleInOtherAccount':
    case 'invalid':
      return true;
    default:
      return false;
  }
}
