import { parseRoleArn } from '#shared/domain/role.ts';
import type { CheckReport, ReportedCluster, ReportedFinding } from '../report/check-report.ts';
import { countText, listText } from '../text/count-text.ts';
import type { Style, Tone } from '../text/style.ts';
import { type Cell, tableLines } from '../text/table.ts';

export interface FindingsOptions {
  /** Whole ARNs. */
  readonly wide: boolean;
}

/** One cause, wherever in the fleet it shows. */
interface Cause {
  readonly finding: ReportedFinding;
  readonly clusters: Set<ReportedCluster>;
  count: number;
}

const ORDER: readonly ReportedFinding['severity'][] = ['problem', 'unknown', 'notice'];

/** The findings, one row for each cause across the fleet, the worst first. */
export function findingsSection(
  report: CheckReport,
  style: Style,
  options: FindingsOptions,
): readonly string[] {
  const causes = causesOf(report);
  if (causes.length === 0) return [];
  const counting = report.strict ? 'they count: --strict' : countingText(causes);
  return [
    '',
    `${style.paint('Findings', 'strong')}  ${style.paint(counting, 'muted')}`,
    ...tableLines(
      causes.map((cause) => rowOf(cause, options)),
      { indent: 2, shrinkTo: { 2: 16, 3: 30 } },
      style,
    ),
  ];
}

function countingText(causes: readonly Cause[]): string {
  const unusable = causes.some(({ finding: { finding } }) => UNUSABLE.has(finding));
  return unusable
    ? 'unusable roles count; the rest only with --strict'
    : 'they do not count, unless --strict is given';
}

/** A key with such a role differs, strict or not (docs/decisions/0003). */
const UNUSABLE: ReadonlySet<string> = new Set(['roleMissing', 'trustPolicyInvalid']);

function causesOf(report: CheckReport): readonly Cause[] {
  const causes = new Map<string, Cause>();
  for (const cluster of report.clusters) {
    for (const finding of cluster.findings) {
      const name = JSON.stringify([finding.finding, causeOf(finding)]);
      const cause = causes.get(name) ?? { finding, clusters: new Set(), count: 0 };
      cause.clusters.add(cluster);
      cause.count += 1;
      causes.set(name, cause);
    }
  }
  return [...causes.values()].sort(
    (left, right) =>
      ORDER.indexOf(left.finding.severity) - ORDER.indexOf(right.finding.severity) ||
      right.clusters.size - left.clusters.size ||
      right.count - left.count,
  );
}

/** What makes two findings the same to whoever puts them right. */
function causeOf({ finding, roleArn, owner, message }: ReportedFinding): string {
  switch (finding) {
    case 'roleMissing':
    case 'trustPolicyInvalid':
    case 'trustUnknown':
      return roleArn ?? message;
    case 'roleUnread':
      // One missing permission hides all the roles of an account.
      return parseRoleArn(roleArn ?? '')?.account ?? message;
    case 'foreign':
    case 'addonOwned':
      return owner ?? message;
    case 'agentMissing':
    case 'unmanaged':
      return '';
    case 'agentDegraded':
    case 'agentUnknown':
      return message;
  }
}

function rowOf(cause: Cause, { wide }: FindingsOptions): readonly Cell[] {
  const { finding } = cause;
  const tone: Tone | undefined =
    finding.severity === 'notice' ? undefined : finding.severity === 'unknown' ? 'unknown' : 'conflict';
  return [
    { text: finding.severity === 'unknown' ? '?' : '!', tone },
    { text: finding.finding, tone },
    { text: whereText(cause) },
    { text: wide ? messageOf(cause) : withoutArns(messageOf(cause)) },
  ];
}

function whereText({ clusters, count, finding }: Cause): string {
  const names = [...clusters].map(({ name }) => name);
  const where = names.length > 2 ? countText(names.length, 'cluster') : listText(names);
  if (finding.namespace === undefined) return where;
  const key = `${finding.namespace}/${finding.serviceAccount ?? ''}`;
  const what = count === 1 ? key : countText(count, 'association');
  return `${what} on ${where}`;
}

/** Where several keys share a role, the sentence is about the role and not about the first of them. */
function messageOf({ finding, count }: Cause): string {
  const { roleArn = '', message } = finding;
  if (count === 1) return message;
  switch (finding.finding) {
    case 'trustPolicyInvalid':
      return `the trust policy of ${roleArn} does not let EKS hand it to these service accounts: ask rolecall explain about one of them`;
    case 'trustUnknown':
      return `whether the trust policy of ${roleArn} admits these service accounts cannot be told: ask rolecall explain about one of them`;
    case 'roleUnread':
      return `these roles could not be read, the first because: ${message.replace(/^the role could not be read: /, '')}`;
    default:
      return message;
  }
}

/** Roles as `NAME (ACCOUNT)`, which is shorter and says the same. */
function withoutArns(message: string): string {
  return message.replace(ROLE_ARN, (_arn, account: string, name: string) => `${name} (${account})`);
}

const ROLE_ARN = /arn:aws[a-z-]*:iam::(\d{12}):role\/([\w+=,.@/-]*\w)/g;
