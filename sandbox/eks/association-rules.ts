import { invalidParameter } from './eks-errors.ts';

const NAMESPACE = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$';
const SERVICE_ACCOUNT = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$';
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/** What STS takes as an inline session policy (facts §4.4). */
const LONGEST_POLICY = 2_048;

/** The quota of associations in a cluster; not adjustable (facts §1.5). */
export const MOST_ASSOCIATIONS = 5_000;

/** A Kubernetes namespace: a DNS-1123 label. EKS asks no cluster whether it is there (facts §1.4). */
export function checkNamespace(namespace: string): void {
  checkName('namespace', namespace, NAMESPACE, 63);
}

/** A service account's name: a DNS-1123 subdomain, dots allowed (facts §1.4). */
export function checkServiceAccount(serviceAccount: string): void {
  checkName('serviceAccount', serviceAccount, SERVICE_ACCOUNT, 253);
}

function checkName(parameter: string, value: string, pattern: string, longest: number): void {
  if (!new RegExp(pattern).test(value)) {
    throw invalidParameter(
      `The parameter ${parameter} contains invalid characters. It should conform to the regular expression "${pattern}"`,
    );
  }
  if (value.length > longest) {
    throw invalidParameter(`The parameter ${parameter} should be at most ${longest} characters long.`);
  }
}

/** The target role may be in any account and is not looked up: EKS could not read it (facts §4.3). */
export function checkTargetRoleArn(targetRoleArn: string): void {
  if (!ROLE_ARN.test(targetRoleArn)) {
    throw invalidParameter('The parameter targetRoleArn should be the ARN of an IAM role.');
  }
}

/** A session policy needs session tags off (facts §1.4), and no more than STS would take. */
export function checkSessionPolicy(policy: string, disableSessionTags: boolean): void {
  if (!disableSessionTags) {
    throw invalidParameter('When policy is specified, disableSessionTags must be set to true');
  }
  if (policy.length > LONGEST_POLICY) {
    throw invalidParameter(`The parameter policy should be at most ${LONGEST_POLICY} characters long.`);
  }
  if (!isJsonObject(policy))
    throw invalidParameter('The parameter policy should be a valid JSON policy document.');
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
