import type { KeysHint, NamedAssociation } from '#shared/domain/hint.ts';
import { type InboundKind, unreadable } from '../inbound-kind.ts';
import { withoutAbsent } from '../read/json.ts';
import {
  associationId,
  clusterName,
  eksArn,
  flag,
  namespace,
  readFields,
  roleArn,
  serviceAccount,
} from '../read/schema.ts';
import { clusterOf } from './cluster-ref.ts';

/**
 * What Create, Update and DeletePodIdentityAssociation have in common (facts §5.2). The answer holds the whole
 * association; the request has its key on Create and its id on Update and Delete.
 */
const SCHEMA = {
  arn: eksArn('response.association.associationArn', 'response.associationArn', 'resources'),
  cluster: clusterName(
    'response.association.clusterName',
    'response.association.name',
    'response.clusterName',
    'request.name',
    'request.clusterName',
  ),
  namespace: namespace('response.association.namespace', 'response.namespace', 'request.namespace'),
  serviceAccount: serviceAccount(
    'response.association.serviceAccount',
    'response.serviceAccount',
    'request.serviceAccount',
  ),
  associationId: associationId(
    'response.association.associationId',
    'response.associationId',
    'request.associationId',
  ),
  roleArn: roleArn('response.association.roleArn', 'response.roleArn', 'request.roleArn'),
  targetRoleArn: roleArn(
    'response.association.targetRoleArn',
    'response.targetRoleArn',
    'request.targetRoleArn',
  ),
  disableSessionTags: flag(
    'response.association.disableSessionTags',
    'response.disableSessionTags',
    'request.disableSessionTags',
  ),
};

/** A kind of event about one association. Without its key and its id, the whole cluster is verified. */
export function associationEvent(name: string, change: KeysHint['change']): InboundKind {
  return {
    source: 'aws.eks',
    name,
    via: 'cloudtrail',
    schema: SCHEMA,
    reaction: 'Verifies the association; the whole cluster when the record names no key and no id.',
    evidence: 'I',
    parse: (record) => {
      const {
        arn,
        cluster: called,
        namespace,
        serviceAccount,
        associationId,
        ...set
      } = readFields(record, SCHEMA);
      const cluster = clusterOf(record, arn, called);
      if (cluster === undefined) return unreadable(`${name} names no cluster`);
      const id = associationId ?? (arn?.type === 'podidentityassociation' ? arn.rest[0] : undefined);
      const key = namedAssociation(namespace, serviceAccount, id);
      const evidence = withoutAbsent(set);
      return key === undefined
        ? { lookAt: { kind: 'cluster', cluster, change: 'associations' }, evidence }
        : { lookAt: { kind: 'keys', cluster, change, keys: [key] }, evidence };
    },
  };
}

/** Half a key is no key: with an id it is left out, without one there is nothing to look up. */
function namedAssociation(
  namespace: string | undefined,
  serviceAccount: string | undefined,
  associationId: string | undefined,
): NamedAssociation | undefined {
  if (namespace !== undefined && serviceAccount !== undefined) {
    return { namespace, serviceAccount, ...(associationId === undefined ? {} : { associationId }) };
  }
  return associationId === undefined ? undefined : { associationId };
}
