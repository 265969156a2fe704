import type { AssociationFields, FieldChanges, ObservedAssociation } from '#shared/domain/association.ts';
import { type ClusterRef, clusterArn } from '#shared/domain/cluster.ts';
import type { ServiceAccountKey } from '#shared/domain/key.ts';
import type { Addon } from '#shared/ports/addons.ts';
import type { DescribedCluster } from '#shared/ports/clusters.ts';
import { AssociationHistory } from './association-history.ts';
import { NOON } from './manual-clock.ts';

/** One cluster as `FakeEks` keeps it. Nothing here is late or refused: that is the business of the ports. */
export class FakeCluster {
  readonly described: DescribedCluster;
  readonly history = new AssociationHistory();
  readonly addons = new Map<string, Addon>();

  constructor(described: DescribedCluster) {
    this.described = described;
  }

  /** A new association of EKS's making. */
  create(
    key: ServiceAccountKey,
    fields: AssociationFields,
    made: { readonly associationId: string; readonly now: number; readonly visibleAt: number },
  ): ObservedAssociation {
    const { partition, region, account, name } = this.described;
    const arn = `arn:${partition}:eks:${region}:${account}:podidentityassociation/${name}/${made.associationId}`;
    const association = this.#withExternalId({
      ...key,
      ...fields,
      associationId: made.associationId,
      associationArn: arn,
      createdAt: made.now,
      modifiedAt: made.now,
    });
    this.history.write(made.associationId, association, made.visibleAt);
    return association;
  }

  /** `''` clears (facts §1.3). */
  update(
    before: ObservedAssociation,
    changes: FieldChanges,
    made: { readonly now: number; readonly visibleAt: number },
  ): ObservedAssociation {
    const { targetRoleArn, policy, externalId: _, ...rest } = before;
    const target = changes.targetRoleArn ?? targetRoleArn;
    const text = changes.policy ?? policy;
    const after = this.#withExternalId({
      ...rest,
      roleArn: changes.roleArn ?? before.roleArn,
      disableSessionTags: changes.disableSessionTags ?? before.disableSessionTags,
      modifiedAt: made.now,
      ...(target ? { targetRoleArn: target } : {}),
      ...(text ? { policy: text } : {}),
    });
    this.history.write(after.associationId, after, made.visibleAt);
    return after;
  }

  #withExternalId(association: ObservedAssociation): ObservedAssociation {
    if (!association.targetRoleArn) return association;
    const { region, account, name } = this.described;
    const externalId = [region, account, name, association.namespace, association.serviceAccount].join('/');
    return { ...association, externalId };
  }
}

/** A cluster with everything that EKS always tells of one. */
export function describedCluster(
  cluster: ClusterRef,
  changes: Partial<Omit<DescribedCluster, keyof ClusterRef>> = {},
): DescribedCluster {
  return {
    partition: cluster.partition,
    account: cluster.account,
    region: cluster.region,
    name: cluster.name,
    arn: clusterArn(cluster),
    createdAt: NOON - 86_400_000,
    status: 'ACTIVE',
    version: '1.34',
    platformVersion: 'eks.4',
    tags: {},
    autoMode: false,
    ...changes,
  };
}
