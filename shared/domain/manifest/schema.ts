import * as z from 'zod';
import { DEFAULT_CLUSTER_SET } from '../cluster.ts';
import { isNamespace, isServiceAccountName } from '../key.ts';
import { isLabelKey, isLabelName, isLabelValue } from '../label.ts';
import { MODES } from '../mode.ts';
import type { RuleCode } from './problem.ts';
import { describeTemplateFaults } from './role-arn-faults.ts';
import { readSessionPolicy } from './session-policy.ts';
import { MAX_TAGS, tagKeyFault, tagValueFault } from './tag-rules.ts';

/**
 * The one description of manifests, of mappings and of enrolment rules: they are read with it, and the JSON Schema and
 * docs/manifest.md are generated from it. What needs more than one field is in `cross-field-rules.ts`.
 */

export const API_VERSION = 'rolecall.dev/v1';
export const MAPPING_KIND = 'Mapping';
export const RULE_KIND = 'EnrolmentRule';

/** Text that a predicate accepts; the rest goes into the JSON Schema as it is. */
function text(
  rule: RuleCode,
  accepts: (written: string) => boolean,
  otherwise: string,
  schema: { readonly pattern: string; readonly maxLength: number },
) {
  return z
    .string()
    .refine(accepts, { error: ({ input }) => `${JSON.stringify(input)} is ${otherwise}`, params: { rule } })
    .meta(schema);
}

const LABEL_WORD = '[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?';
const DNS_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS_SUBDOMAIN = `${DNS_LABEL}(\\.${DNS_LABEL})*`;

const dnsLabel = (rule: RuleCode, what: string) =>
  text(
    rule,
    isNamespace,
    `no ${what}: at most 63 small letters, digits and hyphens, with a letter or digit at both ends`,
    {
      pattern: `^${DNS_LABEL}$`,
      maxLength: 63,
    },
  );

const Namespace = dnsLabel('name.namespace', 'namespace').describe(
  'The Kubernetes namespace. Exact, no patterns.',
);
const ClusterSetName = dnsLabel('name.clusterSet', 'cluster set');

const ServiceAccount = text(
  'name.serviceAccount',
  isServiceAccountName,
  'no service account name: at most 253 small letters, digits, hyphens and dots, with a letter or digit at the ends of each part',
  { pattern: `^${DNS_SUBDOMAIN}$`, maxLength: 253 },
).describe('The Kubernetes service account. Exact, no patterns.');

export const MetadataSchema = z
  .strictObject({
    namespace: Namespace,
    serviceAccount: ServiceAccount,
    clusterSet: ClusterSetName.default(DEFAULT_CLUSTER_SET).describe(
      'The clusters within which the namespace means the same thing. The mapping concerns the clusters of this set only.',
    ),
  })
  .describe('Whose role it is. A set of manifests holds one mapping for each key of these three.');

const LabelKey = text(
  'selector.label',
  isLabelKey,
  'no label key: at most 63 letters, digits, `-`, `_` and `.`, optionally after a DNS name and a slash',
  { pattern: `^(${DNS_SUBDOMAIN}/)?${LABEL_WORD}$`, maxLength: 317 },
);
const LabelValue = text(
  'selector.label',
  isLabelValue,
  'no label value: at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends',
  { pattern: `^(${LABEL_WORD})?$`, maxLength: 63 },
);

const SetExpression = z.strictObject({
  key: LabelKey.describe('The label.'),
  operator: z
    .enum(['In', 'NotIn'])
    .describe('`In`: the label has one of the values. `NotIn`: it has none of them, or is absent.'),
  values: z.array(LabelValue).min(1).describe('`In` and `NotIn` have at least one.'),
});

const PresenceExpression = z.strictObject({
  key: LabelKey.describe('The label.'),
  operator: z
    .enum(['Exists', 'DoesNotExist'])
    .describe('`Exists`, `DoesNotExist`: the label is there, or not, whatever its value.'),
  values: z
    .array(z.string())
    .refine((values) => values.length === 0, {
      error: 'Exists and DoesNotExist take no values: leave them out, or write In or NotIn',
      params: { rule: 'selector.values' satisfies RuleCode },
    })
    .exactOptional()
    .meta({ maxItems: 0 })
    .describe('`Exists` and `DoesNotExist` have none.'),
});

const ExpressionSchema = z.discriminatedUnion('operator', [SetExpression, PresenceExpression]);

const ClusterName = text(
  'selector.clusterName',
  (name) => name.length <= 100 && /^[A-Za-z0-9][\w-]*$/.test(name),
  'no name of an EKS cluster: at most 100 letters, digits, hyphens and underscores. Names are exact; to select by pattern, label the clusters',
  { pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$', maxLength: 100 },
);
const Account = text(
  'selector.account',
  (account) => /^\d{12}$/.test(account),
  'no account: write its twelve digits in quotes',
  {
    pattern: '^\\d{12}$',
    maxLength: 12,
  },
);
const Region = text(
  'selector.region',
  (region) => /^[a-z]{2,5}(-[a-z]+)+-\d{1,2}$/.test(region),
  'no region: write it as in eu-west-1',
  { pattern: '^[a-z]{2,5}(-[a-z]+)+-\\d{1,2}$', maxLength: 32 },
);

export const SelectorSchema = z
  .strictObject({
    matchLabels: z
      .record(LabelKey, LabelValue)
      .exactOptional()
      .describe('Labels that the cluster has, with these very values.'),
    matchExpressions: z
      .array(ExpressionSchema)
      .min(1)
      .exactOptional()
      .describe("Conditions on labels, with Kubernetes' own operators and meaning."),
    names: z
      .array(ClusterName)
      .min(1)
      .exactOptional()
      .describe('Cluster names, exact. One of them is the cluster.'),
    accounts: z
      .array(Account)
      .min(1)
      .exactOptional()
      .describe('Accounts, in quotes. One of them holds the cluster.'),
    regions: z.array(Region).min(1).exactOptional().describe('Regions. One of them holds the cluster.'),
  })
  .refine((selector) => saysSomething(selector), {
    error: 'an empty selector is not everything: write `clusters: all`, or say which clusters',
    params: { rule: 'selector.empty' satisfies RuleCode },
  })
  .meta({ minProperties: 1 })
  .describe('Everything given must hold. An empty selector is an error, not everything.');

function saysSomething(selector: { readonly matchLabels?: Readonly<Record<string, string>> }): boolean {
  const { matchLabels, ...others } = selector;
  return Object.keys(matchLabels ?? {}).length > 0 || Object.keys(others).length > 0;
}

const RoleArn = z
  .string()
  .superRefine((written, context) => {
    for (const { rule, message } of describeTemplateFaults(written)) {
      context.addIssue({ code: 'custom', message, params: { rule } });
    }
  })
  .meta({ pattern: '^arn:', maxLength: 2048 });

const SessionPolicy = z
  .union([z.string(), z.record(z.string(), z.unknown())])
  .superRefine((written, context) => {
    const reading = readSessionPolicy(written);
    if (reading.kind === 'policy') return;
    const { rule, message, path } = reading;
    context.addIssue({ code: 'custom', message, path: [...path], params: { rule } });
  });

const TagKey = z.string().superRefine((key, context) => {
  const fault = tagKeyFault(key);
  if (fault) context.addIssue({ code: 'custom', message: fault.message, params: { rule: fault.rule } });
});

const TagValue = z
  .string()
  .superRefine((value, context) => {
    const message = tagValueFault(value);
    const rule: RuleCode = 'tags.value';
    if (message !== undefined) context.addIssue({ code: 'custom', message, params: { rule } });
  })
  .meta({ maxLength: 256 });

const Clusters = z
  .union([z.literal('all'), SelectorSchema])
  .describe('Which clusters: `all`, or a selector. `all` is the only way to say every cluster.');

export const TargetSchema = z.strictObject({
  clusters: Clusters,
  roleArn: RoleArn.describe(
    "The role that EKS assumes for the pods, in the cluster's own account. May hold `{account}`, `{region}`, `{partition}`, `{cluster}` and `{label:NAME}`.",
  ),
  targetRoleArn: RoleArn.exactOptional().describe(
    'A second role, in any account, that EKS assumes from the first. May hold the same variables.',
  ),
  disableSessionTags: z
    .boolean()
    .default(false)
    .describe('Whether EKS leaves out the six session tags. Must be true for a session policy.'),
  policy: SessionPolicy.exactOptional().describe(
    'A session policy that narrows what the role allows: an object, or JSON text. At most 2,048 characters once minified.',
  ),
  tags: z
    .record(TagKey, TagValue)
    .refine((tags) => Object.keys(tags).length <= MAX_TAGS, {
      error: ({ input }) =>
        `${Object.keys(input as object).length} tags are too many: AWS allows 50 and Rolecall sets two of its own, so ${MAX_TAGS} are left`,
      params: { rule: 'tags.count' satisfies RuleCode },
    })
    .default({})
    .meta({ maxProperties: MAX_TAGS })
    .describe(
      'Tags to keep on the association. Other tags on it are left alone. The prefixes `aws:` and `rolecall.dev/` are reserved.',
    ),
  takeover: z
    .boolean()
    .default(false)
    .describe('Whether an association that somebody else made for this key may be changed and made ours.'),
});

export const ManifestSchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION).describe('The version of this format.'),
    kind: z.literal(MAPPING_KIND).describe('What the document describes.'),
    metadata: MetadataSchema,
    spec: z
      .strictObject({
        team: text(
          'name.team',
          isLabelName,
          'no team name: at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends',
          { pattern: `^${LABEL_WORD}$`, maxLength: 63 },
        ).describe('The team that owns the mapping.'),
        mode: z
          .enum(MODES)
          .default('enforce')
          .describe(
            '`enforce` puts right what differs, `observe` only tells, `ignore` does not look. The more cautious of this and the mode of the cluster wins.',
          ),
        targets: z
          .array(TargetSchema)
          .min(1)
          .describe(
            'What which clusters should have. The first target whose clusters include a cluster is the one for it.',
          ),
        expires: z.iso
          .date()
          .exactOptional()
          .describe('The last day (UTC) on which the mapping stands, YYYY-MM-DD.'),
        onExpiry: z
          .enum(['report', 'retire'])
          .default('report')
          .describe(
            'The day after `expires`: `report` tells, `retire` removes the associations as a change of its own.',
          ),
      })
      .describe('What is wished.'),
  })
  .describe('The IAM role that one Kubernetes service account should have, cluster by cluster.');

const MAX_PRIORITY = 10_000;

const Priority = z
  .number()
  .refine((priority) => Number.isInteger(priority) && priority >= 1 && priority <= MAX_PRIORITY, {
    error: ({ input }) => `${String(input)} is no priority: write a whole number from 1 to 10000`,
    params: { rule: 'rule.priority' satisfies RuleCode },
  })
  .meta({ type: 'integer', minimum: 1, maximum: MAX_PRIORITY });

export const RuleMetadataSchema = z
  .strictObject({
    name: dnsLabel('name.rule', 'name of a rule').describe(
      'What the rule is called in the registry and in the audit. Loading a rule of a name that is there replaces it.',
    ),
  })
  .describe('Which rule it is.');

export const RuleManifestSchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION).describe('The version of this format.'),
    kind: z.literal(RULE_KIND).describe('What the document describes.'),
    metadata: RuleMetadataSchema,
    spec: z
      .strictObject({
        priority: Priority.describe(
          'Which rule is asked first: the lowest number. No two rules have the same.',
        ),
        clusters: Clusters,
        mode: z
          .enum(MODES)
          .describe('The mode in which a cluster begins that this is the first rule to select.'),
      })
      .describe('Which new clusters begin in which mode.'),
  })
  .describe('The mode in which new clusters begin. It changes none that is enrolled already.');

/** A manifest as it is after reading: defaults filled in. */
export type Manifest = z.output<typeof ManifestSchema>;
export type ManifestExpression = z.output<typeof ExpressionSchema>;
export type ManifestTarget = z.output<typeof TargetSchema>;
