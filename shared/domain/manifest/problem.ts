import { compareText } from '../key.ts';

interface Rule {
  readonly severity: 'error' | 'warning';
  /** What the rule asks for, as one sentence; docs/manifest.md lists them. */
  readonly asks: string;
}

const error = (asks: string): Rule => ({ severity: 'error', asks });
const warning = (asks: string): Rule => ({ severity: 'warning', asks });

/** Every rule that a set of manifests can break. Codes are stable: people filter and waive by them. */
export const MANIFEST_RULES = {
  'yaml.encoding': error('The file is UTF-8 text.'),
  'yaml.syntax': error('The file is YAML 1.2.'),
  'yaml.duplicateKey': error('A field is written once; YAML parsers disagree about which of two counts.'),
  'yaml.mergeKey': error(
    'No merge keys (`<<`): they are not part of YAML 1.2. Anchors and aliases are fine.',
  ),
  'yaml.alias': error(
    'Aliases point to an anchor before them, not into themselves, and expand at most 100 times.',
  ),
  'yaml.depth': error('Nothing is nested more than 50 levels deep.'),
  'yaml.tag': error('No tags (`!x`) other than those of plain YAML values.'),
  'yaml.version': error('No `%YAML` directive other than 1.2: in 1.1, `no` and `012` mean something else.'),
  'manifest.kind': error(
    'Every document is `apiVersion: rolecall.dev/v1` and `kind: Mapping` or `kind: EnrolmentRule`.',
  ),
  'field.unknown': error('Only the fields on this page.'),
  'field.missing': error('Every required field is there.'),
  'field.type': error('Every field has the type on this page.'),
  'field.value': error('A field with listed values has one of them.'),
  'name.namespace': error('A namespace is a DNS-1123 label.'),
  'name.serviceAccount': error('A service account is a DNS-1123 subdomain.'),
  'name.clusterSet': error('A cluster set is a DNS-1123 label.'),
  'name.team': error('A team is at most 63 letters, digits, `-`, `_` and `.`, as a label value.'),
  'name.rule': error('An enrolment rule is called by a DNS-1123 label.'),
  'rule.duplicate': error('One enrolment rule of a name.'),
  'rule.priority': error(
    'A priority is a whole number from 1 to 10,000, and no two rules of a set have the same.',
  ),
  'mapping.duplicate': error('One mapping for one cluster set, namespace and service account.'),
  'target.none': error('At least one target.'),
  'target.unreachable': warning('A target is not behind one that selects all its clusters.'),
  'selector.empty': error('A selector says something; `clusters: all` is the only way to say every cluster.'),
  'selector.label': error('Label keys and values have the syntax of Kubernetes.'),
  'selector.values': error('`In` and `NotIn` have values; `Exists` and `DoesNotExist` have none.'),
  'selector.clusterName': error('A cluster name is one that EKS accepts; names are exact.'),
  'selector.account': error('An account is twelve digits in quotes.'),
  'selector.region': error('A region is spelled as AWS spells it.'),
  'role.template': error(
    'Variables are `{account}`, `{region}`, `{partition}`, `{cluster}` and `{label:NAME}`.',
  ),
  'role.arn': error('A role is given by the ARN of an IAM role.'),
  'role.otherAccount': error('`roleArn` is in the account of every cluster selected; EKS refuses any other.'),
  'policy.document': error(
    'A session policy is an identity policy: an object, or its JSON text, with `Statement`.',
  ),
  'policy.number': error('A number in a policy is written so that YAML keeps every digit.'),
  'policy.length': error('A session policy has at most 2,048 characters once minified.'),
  'policy.sessionTags': error('A session policy comes with `disableSessionTags: true`.'),
  'policy.template': warning('Role ARNs alone have variables; a policy is sent as it is written.'),
  'tags.key': error('A tag key has 1 to 128 of the characters that AWS allows.'),
  'tags.value': error('A tag value has at most 256 of the characters that AWS allows.'),
  'tags.reserved': error('No tag begins with `aws:` or `rolecall.dev/`.'),
  'tags.count': error('At most 48 tags: AWS allows 50, and Rolecall sets two.'),
  'expiry.date': error('`expires` is a day of the calendar, YYYY-MM-DD.'),
  'expiry.unused': warning('`onExpiry` goes with `expires`.'),
} as const satisfies Record<string, Rule>;

export type RuleCode = keyof typeof MANIFEST_RULES;

/** A place in a manifest file. */
export interface Place {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 code units. */
  readonly column: number;
}

/** Something in a manifest that is not as it must be. */
export interface Problem extends Place {
  /** Where in the document: `spec.targets[0].roleArn`; empty for the document itself. */
  readonly path: string;
  readonly rule: RuleCode;
  /** A set with an error is refused whole; a warning is for a person to read. */
  readonly severity: 'error' | 'warning';
  /** What is wrong and what would make it right. */
  readonly message: string;
}

export type FieldPath = readonly (string | number)[];

/** A problem before it has a place. */
export interface Fault {
  readonly path: FieldPath;
  readonly rule: RuleCode;
  readonly message: string;
}

/** `spec.targets[0].clusters.matchLabels["example.com/tier"]` */
export function formatPath(path: FieldPath): string {
  return path.reduce<string>((text, segment) => {
    if (typeof segment === 'number') return `${text}[${segment}]`;
    if (!/^[A-Za-z_][\w-]*$/.test(segment)) return `${text}[${JSON.stringify(segment)}]`;
    return text === '' ? segment : `${text}.${segment}`;
  }, '');
}

/** By file, line, column, then rule. */
export function compareProblems(left: Problem, right: Problem): number {
  return (
    compareText(left.file, right.file) ||
    left.line - right.line ||
    left.column - right.column ||
    compareText(left.rule, right.rule) ||
    compareText(left.message, right.message)
  );
}
