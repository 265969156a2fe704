import {
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import type { AssociationSummary, ObservedAssociation } from '#shared/domain/association.ts';
import type { ClusterRef } from '#shared/domain/cluster.ts';
import type { ServiceAccountKey } from '#shared/domain/key.ts';
import type { CallOptions, PodIdentityReader } from '#shared/ports/pod-identity.ts';
import { type CallName, expectOutput } from './call-aws.ts';
import { clusterNotFound } from './cluster-not-found.ts';
import { toObserved, toSummary } from './eks-association.ts';
import type { EksCalls } from './eks-calls.ts';
import { malformedAnswer } from './malformed-answer.ts';
import { followPages, type Page } from './pages.ts';

/** The most that EKS puts on one page, and its default (facts §1.1). */
const PAGE_SIZE = 100;

/** Reads associations from EKS. Holds nothing that could write. */
export class EksPodIdentityReader implements PodIdentityReader {
  readonly #calls: EksCalls;

  constructor(calls: EksCalls) {
    this.#calls = calls;
  }

  list(
    cluster: ClusterRef,
    options: CallOptions & { readonly key?: ServiceAccountKey } = {},
  ): AsyncIterable<readonly AssociationSummary[]> {
    const name = { operation: 'eks:ListPodIdentityAssociations', subject: () => cluster.name };
    return followPages(name, (nextToken) => this.#listPage(cluster, name, options, nextToken));
  }

  async describe(
    cluster: ClusterRef,
    associationId: string,
    options?: CallOptions,
  ): Promise<ObservedAssociation | undefined> {
    const name = {
      operation: 'eks:DescribePodIdentityAssociation',
      subject: () => `${associationId} in ${cluster.name}`,
    };
    const answer = await this.#calls.call(
      cluster,
      name,
      (client, send) =>
        client.send(
          new DescribePodIdentityAssociationCommand({ clusterName: cluster.name, associationId }),
          send,
        ),
      options,
    );
    if (answer.kind === 'refused' && answer.refusal.kind === 'notFound') return undefined;
    const observed = toObserved(expectOutput(answer).association, cluster, name);
    if (observed.associationId !== associationId) {
      throw malformedAnswer(name, `the answer is about ${observed.associationId}`);
    }
    return observed;
  }

  async #listPage(
    cluster: ClusterRef,
    name: CallName,
    options: CallOptions & { readonly key?: ServiceAccountKey },
    nextToken: string | undefined,
  ): Promise<Page<AssociationSummary>> {
    const { key } = options;
    const input = {
      clusterName: cluster.name,
      maxResults: PAGE_SIZE,
      ...(key === undefined ? {} : { namespace: key.namespace, serviceAccount: key.serviceAccount }),
      ...(nextToken === undefined ? {} : { nextToken }),
    };
    const answer = await this.#calls.call(
      cluster,
      name,
      (client, send) => client.send(new ListPodIdentityAssociationsCommand(input), send),
      options,
    );
    // Only the cluster can be missing, however EKS words it.
    if (answer.kind === 'refused' && answer.refusal.kind === 'notFound')
      throw clusterNotFound(cluster, answer.error);
    const output = expectOutput(answer);
    if (!output.associations) throw malformedAnswer(name, 'associations is missing');
    return {
      items: output.associations.map((association) => toSummary(association, cluster, name)),
      nextToken: output.nextToken,
    };
  }
}
