import { type InboundKind, unreadable } from '../inbound-kind.ts';
import { withoutAbsent } from '../read/json.ts';
import { clusterName, eksArn, readFields, shown } from '../read/schema.ts';
import { clusterOf } from './cluster-ref.ts';

/** What Create, Update and DeleteAddon have in common; UpdateAddon answers an update, which names no cluster (facts §3.2). */
const SCHEMA = {
  arn: eksArn('response.addon.addonArn', 'response.addonArn', 'resources'),
  cluster: clusterName(
    'response.addon.clusterName',
    'response.clusterName',
    'request.name',
    'request.clusterName',
  ),
  addonName: shown('response.addon.addonName', 'request.addonName'),
};

/**
 * A kind of event about an add-on: it may bring, change or take along associations of its own, with or without events
 * of theirs (unknown, facts §5.2), and one add-on is the Pod Identity agent.
 */
export function addonEvent(name: string): InboundKind {
  return {
    source: 'aws.eks',
    name,
    via: 'cloudtrail',
    schema: SCHEMA,
    reaction: 'Verifies the cluster: its agent, and the associations that add-ons own.',
    evidence: name === 'UpdateAddon' ? 'O' : 'I',
    parse: (record) => {
      const { arn, cluster: called, ...set } = readFields(record, SCHEMA);
      const cluster = clusterOf(record, arn, called);
      if (cluster === undefined) return unreadable(`${name} names no cluster`);
      return { lookAt: { kind: 'cluster', cluster, change: 'addons' }, evidence: withoutAbsent(set) };
    },
  };
}
