import { requestContext } from '#shared/iam/context.ts';
import type { PolicyDocument } from '#shared/iam/document.ts';
import { type Answer, evaluate } from '#shared/iam/evaluate.ts';
import { parsePolicy } from '#shared/iam/parse-policy.ts';
import type { Caller } from '#shared/iam/principals.ts';
import { evaluateTrustPolicy } from '#shared/iam/trust.ts';
import { podIdentityContext } from './trust-context.ts';
import type { TrustExplanation, TrustFinding } from './trust-explanation.ts';
import { trustFinding } from './trust-explanation.ts';
import {
  POD_IDENTITY_ACTIONS,
  POD_IDENTITY_PRINCIPAL,
  type PodIdentitySituation,
} from './trust-situation.ts';
import { trustStatementFor, withTrustStatements } from './trust-statement.ts';

const POD_IDENTITY: Caller = { kind: 'service', service: POD_IDENTITY_PRINCIPAL };
const WHO = 'EKS Pod Identity';

/**
 * Whether a role's trust policy lets EKS Pod Identity assume the role for a service account of a cluster, why,
 * and what to add if it does not.
 *
 * @example
 * explainPodIdentityTrust(role.trustPolicy, {
 *   clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/blue',
 *   clusterName: 'blue',
 *   account: '111122223333',
 *   namespace: 'payments',
 *   serviceAccount: 'api',
 *   sessionTagsDisabled: false,
 * }).verdict; // 'admits' | 'denies' | 'unknown'
 */
export function explainPodIdentityTrust(
  trustPolicyText: string,
  situation: PodIdentitySituation,
): TrustExplanation {
  const finding = findTrust(trustPolicyText, situation);
  if (finding.verdict === 'admits') return finding;
  const statements = [trustStatementFor(situation)];
  const correctedPolicy = withTrustStatements(trustPolicyText, statements);
  if (correctedPolicy === undefined || finding.problems.length > 0) {
    return { ...finding, missing: { statements } };
  }
  const helps = findTrust(correctedPolicy, situation).verdict === 'admits';
  return helps ? { ...finding, missing: { statements, correctedPolicy } } : finding;
}

/** Asks under every shape that `aws:SourceArn` may have; only what all of them agree on is known. */
function findTrust(trustPolicyText: string, situation: PodIdentitySituation): TrustFinding {
  const findings = plausibleSourceArns(trustPolicyText, situation).map((sourceArn) => {
    const context = podIdentityContext(situation, sourceArn);
    const answer = evaluateTrustPolicy(trustPolicyText, {
      caller: POD_IDENTITY,
      actions: POD_IDENTITY_ACTIONS,
      context,
    });
    return trustFinding(answer, WHO);
  });
  const [first, ...others] = findings;
  if (!first) throw new Error('aws:SourceArn has at least one plausible shape');
  if (others.every(({ verdict }) => verdict === first.verdict)) return first;
  const keys = ['aws:SourceArn', ...findings.flatMap(({ unknownKeys }) => unknownKeys)];
  return {
    ...first,
    verdict: 'unknown',
    reason: `Whether the trust policy admits ${WHO} depends on the form of aws:SourceArn, which AWS does not document.`,
    unknownKeys: [...new Set(keys)],
  };
}

/**
 * The cluster's ARN or the association's: which one EKS sends is not confirmed (facts §4.1, §12). Of an
 * association that does not exist yet, the id may be any, so every id that the policy names for this cluster is
 * tried beside one that it does not.
 */
function plausibleSourceArns(trustPolicyText: string, situation: PodIdentitySituation): readonly string[] {
  const prefix = situation.clusterArn.replace(':cluster/', ':podidentityassociation/');
  const ids =
    situation.associationId === undefined
      ? [UNUSED_ASSOCIATION_ID, ...(trustPolicyText.match(/\ba-[a-z0-9]{17}\b/g) ?? [])]
      : [situation.associationId];
  return [situation.clusterArn, ...new Set(ids.map((id) => `${prefix}/${id}`))];
}

const UNUSED_ASSOCIATION_ID = 'a-00000000000000000';

/** What EKS would say to CreatePodIdentityAssociation or an update with this role. */
export type CreateTimeCheck =
  | { readonly verdict: 'admits' }
  /** `message` is EKS's own. */
  | { readonly verdict: 'denies'; readonly message: string }
  | { readonly verdict: 'unknown' };

/** The message of EKS's InvalidParameterException (facts §1.4). */
const REFUSAL = 'Trust policy of the role provided is invalid.';

/**
 * What EKS checks when an association is made or its role changed: the principal and both actions (facts §1.4).
 * How it treats conditions then is not confirmed, so `admits` means: by looking past them and by evaluating
 * them. Without a situation no condition can be evaluated, and a policy that has one is `unknown` at best.
 */
export function createTimeCheck(trustPolicyText: string, situation?: PodIdentitySituation): CreateTimeCheck {
  const parsed = parsePolicy(trustPolicyText, 'trust');
  if (parsed.kind === 'malformed') return { verdict: 'unknown' };
  const unconditioned = askBoth(withoutConditions(parsed.document));
  if (unconditioned.some(({ answer }) => answer === 'denies')) return { verdict: 'denies', message: REFUSAL };
  const evaluated = situation
    ? findTrust(trustPolicyText, situation).verdict === 'admits'
    : askBoth(parsed.document).every(({ answer }) => answer === 'admits');
  // Whether the check takes "*" for the service is not known either.
  const named = unconditioned.every((answer) => answer.answer === 'admits' && answer.grant === 'direct');
  return { verdict: evaluated && named ? 'admits' : 'unknown' };
}

const NOTHING_KNOWN = requestContext({ otherwise: 'unknown' });

function askBoth(document: PolicyDocument): readonly Answer[] {
  return POD_IDENTITY_ACTIONS.map((action) =>
    evaluate([document], { caller: POD_IDENTITY, action, context: NOTHING_KNOWN }),
  );
}

/** As if conditions were never looked at: every Allow holds, and a Deny only where it has none. */
function withoutConditions(document: PolicyDocument): PolicyDocument {
  const statements = document.statements
    .filter(({ effect, conditions }) => effect === 'Allow' || conditions.length === 0)
    .map((statement) => ({ ...statement, conditions: [] }));
  return { ...document, statements };
}

/**
 * Who else than intended could be given the role, the widest first:
 * - `everyCluster`: every service account of every cluster of the account
 * - `sameNameOnEveryCluster`: the service account of this name, on every cluster of the account
 * - `everyServiceAccountOfCluster`: every service account of this cluster
 */
export type TrustOpening = 'everyCluster' | 'sameNameOnEveryCluster' | 'everyServiceAccountOfCluster';

/**
 * How wide open a trust policy is to EKS Pod Identity; `undefined` when nobody else is definitely admitted.
 *
 * Asks the policy about a cluster and a service account that nobody has, with session tags and without: whoever
 * may make an association decides which.
 */
export function trustOpening(
  trustPolicyText: string,
  situation: PodIdentitySituation,
): TrustOpening | undefined {
  const { clusterName, clusterArn, namespace, serviceAccount } = situation;
  const otherCluster = {
    clusterName: NOBODYS_NAME,
    clusterArn: clusterArn.slice(0, clusterArn.length - clusterName.length) + NOBODYS_NAME,
  };
  const otherAccount = { namespace: NOBODYS_NAME, serviceAccount: NOBODYS_NAME };
  const probes = [
    ['everyCluster', { ...otherCluster, ...otherAccount }],
    ['sameNameOnEveryCluster', { ...otherCluster, namespace, serviceAccount }],
    ['everyServiceAccountOfCluster', otherAccount],
  ] as const;
  const { associationId: _, ...elsewhere } = situation;
  return probes.find(([, probe]) =>
    [true, false].some((sessionTagsDisabled) =>
      isOpenTo(findTrust(trustPolicyText, { ...elsewhere, ...probe, sessionTagsDisabled })),
    ),
  )?.[0];
}

/** A name that no cluster and no service account has, and that no pattern but `*` is likely to match. */
const NOBODYS_NAME = 'z9q7x5-rolecall-probe-w3k1';

const ORGANISATION_KEYS = new Set(['aws:sourceorgid', 'aws:sourceorgpaths']);

/** An organisation narrows nothing here: every cluster of the account is in the same one. */
function isOpenTo(finding: TrustFinding): boolean {
  if (finding.verdict === 'admits') return true;
  return (
    finding.unknownKeys.length > 0 &&
    finding.unknownKeys.every((key) => ORGANISATION_KEYS.has(key.toLowerCase()))
  );
}
