import type { AssociationFields, ObservedAssociation } from '#shared/domain/association.ts';

export const A_ROLE = 'arn:aws:iam::111122223333:role/payments-api';
export const ANOTHER_ROLE = 'arn:aws:iam::111122223333:role/somebody-elses';
export const A_TARGET_ROLE = 'arn:aws:iam::777788889999:role/ledger-read';

/** What a mapping wishes for: `payments-api`, session tags on, nothing else. */
export function anAssociation(given: Partial<AssociationFields> = {}): AssociationFields {
  return { roleArn: A_ROLE, disableSessionTags: false, tags: {}, ...given };
}

/** The tags of an association that installation `hub` made for the mapping `default/payments/api`. */
export const OUR_TAGS = {
  'rolecall.dev/installation': 'hub',
  'rolecall.dev/mapping': 'default/payments/api',
};

/** `payments/api` in cluster `prod-1` as `anAssociation` wishes for it, with installation `hub`'s tags. */
export function anObservedAssociation(given: Partial<ObservedAssociation> = {}): ObservedAssociation {
  const associationId = given.associationId ?? 'a-00000000000000001';
  return {
    namespace: 'payments',
    serviceAccount: 'api',
    associationId,
    associationArn: `arn:aws:eks:eu-west-1:111122223333:podidentityassociation/prod-1/${associationId}`,
    roleArn: A_ROLE,
    disableSessionTags: false,
    tags: OUR_TAGS,
    createdAt: 1_795_000_000_000,
    modifiedAt: 1_795_000_000_000,
    ...given,
  };
}

/** The ARN by which the EBS CSI driver's add-on owns an association. */
export const ADDON_ARN = 'arn:aws:eks:eu-west-1:111122223333:addon/prod-1/aws-ebs-csi-driver/8ec0a1b2';
