import * as z from 'zod';

/** The format of seed files. `README.md` explains it with examples; every field's meaning is here. */

const text = (pattern: RegExp, otherwise: string) => z.string().regex(pattern, { error: otherwise });

const Account = text(/^\d{12}$/, 'an account is twelve digits in quotes');
const Region = text(/^[a-z]{2,5}(-[a-z]+)+-\d{1,2}$/, 'a region is written as in eu-west-1');
const ClusterName = text(
  /^[0-9A-Za-z][\w-]{0,99}$/,
  'a cluster name has at most 100 letters, digits, hyphens and underscores',
);
const RoleName = text(/^[\w+=,.@-]{1,64}$/, 'a role name has at most 64 letters, digits and +=,.@_-');
const PolicyName = text(/^[\w+=,.@-]{1,128}$/, 'a policy name has at most 128 letters, digits and +=,.@_-');
const RoleRef = text(
  /^([\w+=,.@-]{1,64}|arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+)$/,
  "a role is the name of one of the account's roles, or an ARN",
);
const Key = text(
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?\/[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/,
  'an association is for namespace/serviceAccount',
);
const Path = text(/^\/([\x21-\x7e]*\/)?$/, 'a path begins and ends with a slash');
const Tags = z.record(z.string().min(1).max(128), z.string().max(256));
const When = z.iso.datetime({ error: 'a time is written as in 2026-11-20T10:00:00Z' });
const Seconds = z.number().int().min(3600).max(43_200);
const oneOrMore = <Item extends z.ZodType>(item: Item) => z.union([item, z.array(item).min(1)]);

/** An IAM document as YAML, or as JSON text where its white space matters. */
const Document = z.union([z.string(), z.looseObject({ Statement: z.unknown() })]);
export type SeedDocument = z.output<typeof Document>;

/** Which service accounts EKS may assume the role for; everything given must hold. */
const PodsPin = z.strictObject({
  /** Cluster ARNs. */
  clusters: oneOrMore(z.string().startsWith('arn:')).optional(),
  namespace: oneOrMore(z.string()).optional(),
  serviceAccount: oneOrMore(z.string()).optional(),
});

/**
 * Who may assume a role: `pods.eks` for any pod of the account, `{ pods.eks: … }` for some, `{ chainedFrom: ARN }` for
 * a target role (facts §4.3), or a document.
 */
const Trust = z.union([
  z.literal('pods.eks'),
  z.strictObject({ 'pods.eks': PodsPin }),
  z.strictObject({
    chainedFrom: oneOrMore(z.string().startsWith('arn:')),
    /** Then the association must have session tags off. */
    externalId: z.string().optional(),
  }),
  Document,
]);
export type SeedTrust = z.output<typeof Trust>;

const Role = z.strictObject({
  trust: Trust,
  path: Path.default('/'),
  description: z.string().max(1000).optional(),
  maxSessionDuration: Seconds.default(3600),
  /** Managed policies: the account's own or AWS's by name, any by ARN. */
  policies: z.array(z.string()).default([]),
  inlinePolicies: z.record(PolicyName, Document).default({}),
  permissionsBoundary: z.string().optional(),
  tags: Tags.default({}),
  createdAt: When.optional(),
});
export type SeedRole = z.output<typeof Role>;

const ManagedPolicy = z.strictObject({
  document: Document,
  path: Path.default('/'),
  description: z.string().max(1000).optional(),
  tags: Tags.default({}),
});
export type SeedPolicy = z.output<typeof ManagedPolicy>;

const AssociationFields = z.strictObject({
  role: RoleRef,
  /** In any account. */
  targetRole: RoleRef.optional(),
  disableSessionTags: z.boolean().optional(),
  /** Session policy. */
  policy: Document.optional(),
  tags: Tags.default({}),
  /** The Rolecall installation whose tags it bears; `none` where the cluster says another one. */
  managedBy: z.string().optional(),
  /** Made from cluster and key unless given. */
  id: text(/^a-[a-z0-9]{17}$/, 'an association id is a- and 17 small letters and digits').optional(),
  createdAt: When.optional(),
});
/** The fields, or just the role. */
const Association = z.union([
  RoleRef.transform((role) => AssociationFields.parse({ role })),
  AssociationFields,
]);
export type SeedAssociation = z.output<typeof AssociationFields>;

const AddonFields = z.strictObject({
  version: z.string().optional(),
  status: z.string().optional(),
  tags: Tags.optional(),
  /** Service account to role: the associations that the add-on owns. */
  podIdentityAssociations: z.record(z.string(), RoleRef).default({}),
});
export type SeedAddon = z.output<typeof AddonFields>;

const Cluster = z.strictObject({
  version: text(/^1\.\d+$/, 'a Kubernetes version is written in quotes, as in "1.34"').optional(),
  platformVersion: text(/^eks\.\d+$/, 'a platform version is written as in eks.9').optional(),
  status: z.enum(['ACTIVE', 'CREATING', 'UPDATING', 'FAILED', 'DELETING', 'PENDING']).optional(),
  autoMode: z.boolean().default(false),
  tags: Tags.default({}),
  createdAt: When.optional(),
  /** Add-on name to its fields; `{}` for none. */
  addons: z.record(z.string(), AddonFields).default({}),
  /** The Rolecall installation whose tags the associations bear, unless they say otherwise. */
  managedBy: z.string().optional(),
  associations: z.record(Key, Association).default({}),
});
export type SeedCluster = z.output<typeof Cluster>;

const AccountSeed = z.strictObject({
  /** For people only. */
  name: z.string().optional(),
  policies: z.record(PolicyName, ManagedPolicy).default({}),
  roles: z.record(RoleName, Role).default({}),
  regions: z.record(Region, z.strictObject({ clusters: z.record(ClusterName, Cluster) })).default({}),
});
export type SeedAccount = z.output<typeof AccountSeed>;

const ClusterRef = text(/^\d{12}\/[a-z0-9-]+\/[0-9A-Za-z][\w-]*$/, 'a cluster is account/region/name');
const note = z.string().optional();

/**
 * What somebody did behind Rolecall's back after everything above had been put in place. It is not checked as EKS would
 * check it, so that a seed can hold what can only come about in other ways.
 */
const DriftItem = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('associationDeleted'), cluster: ClusterRef, key: Key, note }),
  z.strictObject({
    what: z.literal('associationCreated'),
    cluster: ClusterRef,
    key: Key,
    association: Association,
    note,
  }),
  z.strictObject({
    what: z.literal('associationChanged'),
    cluster: ClusterRef,
    key: Key,
    /** `null` takes away. */
    change: z.strictObject({
      role: RoleRef.optional(),
      targetRole: RoleRef.nullable().optional(),
      disableSessionTags: z.boolean().optional(),
      policy: Document.nullable().optional(),
      tags: z.record(z.string(), z.string().nullable()).optional(),
      /** As if it had been deleted and made again. */
      id: text(/^a-[a-z0-9]{17}$/, 'an association id is a- and 17 small letters and digits').optional(),
    }),
    note,
  }),
  z.strictObject({ what: z.literal('roleDeleted'), account: Account, role: RoleName, note }),
  z.strictObject({ what: z.literal('roleRecreated'), account: Account, role: RoleName, note }),
  z.strictObject({ what: z.literal('trustChanged'), account: Account, role: RoleName, trust: Trust, note }),
]);
export type SeedDrift = z.output<typeof DriftItem>;

/** A fleet made from a few numbers: see `generateFleet`. */
export const FleetSize = z.strictObject({
  clusters: z.number().int().min(1).max(100_000),
  associationsPerCluster: z.number().int().min(0).max(1_000_000),
  accounts: z.number().int().min(1).max(10_000).default(1),
  /** Names, or how many. */
  regions: z.union([z.array(Region).min(1), z.number().int().min(1).max(8)]).default(1),
  /** The same seed gives the same fleet. */
  seed: z.number().int().min(0).default(1),
  /** The part of each cluster's associations that is not as the manifests say, from 0 to 1. */
  driftRate: z.number().min(0).max(1).default(0),
  /** The Rolecall installation that made the associations. */
  managedBy: z.string().default('demo'),
});
export type FleetSize = z.output<typeof FleetSize>;
export type FleetSizeInput = z.input<typeof FleetSize>;

export const SeedSchema = z.strictObject({
  accounts: z.record(Account, AccountSeed).default({}),
  drift: z.array(DriftItem).default([]),
  generate: FleetSize.optional(),
});

/** A seed, read: defaults filled in. */
export type Seed = z.output<typeof SeedSchema>;
/** A seed as it is written. */
export type SeedInput = z.input<typeof SeedSchema>;
