import type { AssociationSummary, ObservedAssociation } from './association.ts';
import { formatKey, formatMappingKey, type MappingKey } from './key.ts';
import type { AssociationRecord } from './record.ts';

/** Names the installation (the hub, or `--owner` of the CLI) that manages an association. */
export const INSTALLATION_TAG = 'rolecall.dev/installation';
/** Names the mapping that an association comes from. */
export const MAPPING_TAG = 'rolecall.dev/mapping';

/** EKS cuts nothing: a longer tag value is refused (facts §1.2). */
const MAX_TAG_VALUE = 256;

/** The two tags that every association of ours bears. */
export function ownershipTags(installation: string, mapping: MappingKey): Readonly<Record<string, string>> {
  return {
    [INSTALLATION_TAG]: installation,
    [MAPPING_TAG]: formatMappingKey(mapping).slice(0, MAX_TAG_VALUE),
  };
}

export type Ownership =
  /** An EKS add-on runs its life: never touched (facts §1.5). */
  | { readonly kind: 'addon'; readonly owner: string }
  | { readonly kind: 'ours' }
  /** Another tool's or another installation's tags are on it. */
  | { readonly kind: 'foreign'; readonly owner: string }
  /** Bears our tag and we have no record of it: evidence, not authority. */
  | { readonly kind: 'unproven' }
  | { readonly kind: 'unmanaged' };

export interface OwnershipRules {
  readonly installation: string;
  /**
   * What makes an association ours. With a registry only its record does; without one (the CLI) the tag has to do,
   * because the person who runs it said `--owner`.
   */
  readonly authority: 'record' | 'recordOrTag';
}

/** Whose an association is. A record of ours wins over any tag, and an add-on over everything. */
export function ownershipOf(
  observed: ObservedAssociation,
  record: AssociationRecord | undefined,
  rules: OwnershipRules,
): Ownership {
  const addon = addonOwner(observed);
  if (addon !== undefined) return { kind: 'addon', owner: addon };
  if (isOurs(record)) return { kind: 'ours' };
  const installation = observed.tags[INSTALLATION_TAG];
  if (installation === rules.installation) {
    return { kind: rules.authority === 'recordOrTag' ? 'ours' : 'unproven' };
  }
  if (installation !== undefined) return { kind: 'foreign', owner: `rolecall ${installation}` };
  const tool = otherTool(observed.tags);
  return tool === undefined ? { kind: 'unmanaged' } : { kind: 'foreign', owner: tool };
}

/**
 * Whose an association is at a key that nobody wishes for, where what is ours may be deleted: so only what is known of
 * this very association counts. That we had another one at the key says nothing about one that somebody made since;
 * and where the tag has authority (the CLI), one without it is never deleted.
 */
export function ownershipWithoutWish(
  observed: ObservedAssociation,
  record: AssociationRecord | undefined,
  rules: OwnershipRules,
): Ownership {
  const counts = rules.authority === 'record' && record?.associationId === observed.associationId;
  const ownership = ownershipOf(observed, counts ? record : undefined, rules);
  if (counts || ownership.kind !== 'ours') return ownership;
  // Only the tag speaks for it here. Tags get copied: one that comes with another tool's, or names another key, proves
  // nothing that would justify a delete.
  const tool = otherTool(observed.tags);
  if (tool !== undefined) return { kind: 'foreign', owner: tool };
  return namesAnotherKey(observed) ? { kind: 'unproven' } : ownership;
}

/** Whether the mapping that the association's tag names is one for another key. */
function namesAnotherKey(observed: ObservedAssociation): boolean {
  const mapping = observed.tags[MAPPING_TAG];
  // A long name was cut when it was written: see `ownershipTags`.
  if (mapping === undefined || mapping.length >= MAX_TAG_VALUE) return false;
  return !mapping.endsWith(`/${formatKey(observed)}`);
}

/** The add-on that owns an association, in words: `add-on aws-ebs-csi-driver`. */
export function addonOwner(association: AssociationSummary): string | undefined {
  if (association.ownerArn === undefined) return undefined;
  // arn:aws:eks:REGION:ACCOUNT:addon/CLUSTER/NAME/UUID
  const name = association.ownerArn.split('/')[2];
  return name ? `add-on ${name}` : association.ownerArn;
}

/** Whether a record says that we created or adopted the association. */
export function isOurs(record: AssociationRecord | undefined): boolean {
  return record !== undefined && record.origin !== 'seen';
}

/** The tag keys that we set and may therefore remove; on what is not ours there are none. */
export function removableTagKeys(record: AssociationRecord | undefined): readonly string[] {
  return (isOurs(record) && record?.managedTagKeys) || [];
}

/** Tag keys by which other tools mark what they manage; a prefix ends in `*`. */
const OTHER_TOOLS: readonly (readonly [pattern: string, tool: string])[] = [
  ['aws:cloudformation:*', 'CloudFormation'],
  ['alpha.eksctl.io/*', 'eksctl'],
  ['eksctl.io/*', 'eksctl'],
  ['services.k8s.aws/*', 'ACK'],
  ['crossplane-*', 'Crossplane'],
  ['crossplane.io/*', 'Crossplane'],
  ['aws:servicecatalog:*', 'Service Catalog'],
  ['hashicorp.com/*', 'Terraform'],
  ['terraform', 'Terraform'],
  ['Terraform', 'Terraform'],
  ['pulumi:*', 'Pulumi'],
];

const MANAGED_BY = new Set([
  'managed-by',
  'managedby',
  'managed_by',
  'app.kubernetes.io/managed-by',
  'provisioner',
]);

/** The tool whose tags are on it, or `undefined`. Unknown tags alone make nobody the owner. */
function otherTool(tags: Readonly<Record<string, string>>): string | undefined {
  for (const [key, value] of Object.entries(tags)) {
    if (MANAGED_BY.has(key.toLowerCase()) && value !== '' && value.toLowerCase() !== 'rolecall') return value;
    const marker = OTHER_TOOLS.find(([pattern]) =>
      pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern && value !== 'false',
    );
    if (marker) return marker[1];
  }
  return undefined;
}
