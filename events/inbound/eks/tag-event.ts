import type { LookAt } from '#shared/domain/hint.ts';
import { type InboundKind, unreadable } from '../inbound-kind.ts';
import { type EksArn, isAssociationId } from '../read/eks-arn.ts';
import { withoutAbsent } from '../read/json.ts';
import { eksArn, readFields, tagKeys } from '../read/schema.ts';

/** Both calls name the resource by its ARN in the URI, where it stands percent-encoded (facts §2, §5.2). */
const SCHEMA = {
  arn: eksArn('request.resourceArn', 'request.arn', 'resources'),
  tagKeys: tagKeys('request.tags', 'request.tagKeys'),
};

/**
 * A change of tags. EKS tags node groups, add-ons and more by the same call. They are let through and dropped here:
 * a pattern that left them out would have to know for sure how the ARN is written.
 */
export function tagEvent(name: string, change: 'tagged' | 'untagged'): InboundKind {
  return {
    source: 'aws.eks',
    name,
    via: 'cloudtrail',
    schema: SCHEMA,
    reaction:
      'Verifies the association, or compares the cluster’s labels; tags of anything else are left alone.',
    evidence: 'I',
    parse: (record) => {
      const { arn, ...set } = readFields(record, SCHEMA);
      if (arn === undefined) return unreadable(`${name} names no resource of EKS`);
      return { lookAt: lookAt(arn, change), evidence: withoutAbsent(set) };
    },
  };
}

function lookAt({ cluster, type, rest }: EksArn, change: 'tagged' | 'untagged'): LookAt {
  const [id] = rest;
  if (type === 'cluster') return { kind: 'cluster', cluster, change: 'tags' };
  if (type !== 'podidentityassociation') {
    return { kind: 'nothing', reason: 'otherResource', detail: `tags of a ${type} are none of ours` };
  }
  return id !== undefined && isAssociationId(id)
    ? { kind: 'keys', cluster, change, keys: [{ associationId: id }] }
    : { kind: 'cluster', cluster, change: 'associations' };
}
