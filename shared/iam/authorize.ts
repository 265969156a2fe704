import type { PolicyDocument } from './document.ts';
import { type Answer, answerOf, type Weighing, weigh } from './evaluate.ts';
import { accountOf, type Grant } from './principals.ts';
import type { PolicyRequest } from './statements.ts';
import { allOf, anyOf, not, type Ternary } from './ternary.ts';

/** Every policy that has a say in one request, and where the resource is. */
export interface AuthorizationRequest extends PolicyRequest {
  /** All of the caller's own policies, inline and attached. */
  readonly identityPolicies: readonly PolicyDocument[];
  readonly permissionsBoundary?: PolicyDocument;
  /** The policies that the session was made with, inline and by ARN; they allow what any one of them allows. */
  readonly sessionPolicies?: readonly PolicyDocument[];
  readonly resourcePolicy?: PolicyDocument;
  /** The account that owns the resource. */
  readonly resourceAccount: string;
  /**
   * For roles (trust policy) and KMS keys: the resource's policy must allow the caller, even where identity
   * policies of the same account do.
   */
  readonly resourcePolicyDecides?: boolean;
}

/** A set of policies that has a say. */
export type PolicyLayer = 'identity' | 'boundary' | 'session' | 'resource';

export interface Authorization {
  readonly answer: 'allowed' | 'denied' | 'unknown';
  /**
   * The layer that decided: the one that holds the deny; the first that does not allow what it must; or the
   * first that could not be decided. Left out when the request is allowed.
   */
  readonly layer?: PolicyLayer;
  /** What each layer by itself says. */
  readonly answers: Readonly<Partial<Record<PolicyLayer, Answer>>>;
}

/**
 * Decides a request from all the policies that AWS would look at, except those of an organisation.
 *
 * - An explicit deny in any of them decides.
 * - Within an account, identity policies or the resource's policy must allow it, and the permissions boundary
 *   and the session policies as well, which only a resource policy naming the user or the role session itself
 *   is free of. Naming the role is bounded by both. Naming the account grants nothing: it lets identity
 *   policies decide.
 * - Across accounts, both the caller's side and the resource's policy must allow it.
 * - Services and identity providers have no identity policies: the resource's policy decides.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function authorize(request: AuthorizationRequest): Authorization {
  const layers = weighLayers(request);
  const verdicts = verdictsOf(request, layers);
  const denied = anyOf(Object.values(layers).map((layer) => layer.denied));
  const final = allOf([not(denied), ...verdicts.map(([, verdict]) => verdict)]);
  const answers = Object.fromEntries(
    Object.entries(layers).map(([layer, weighing]) => [layer, answerOf(weighing, request)]),
  );
  if (final === 'yes') return { answer: 'allowed', answers };
  const answer = final === 'no' ? 'denied' : 'unknown';
  const layer = decidingLayer(layers, verdicts, final);
  return { answer, answers, ...(layer && { layer }) };
}

type Layers = Partial<Record<PolicyLayer, Weighing>>;

function weighLayers(request: AuthorizationRequest): Layers {
  const { permissionsBoundary, sessionPolicies, resourcePolicy } = request;
  return {
    identity: weigh(request.identityPolicies, request),
    ...(permissionsBoundary && { boundary: weigh([permissionsBoundary], request) }),
    ...(sessionPolicies && { session: weigh(sessionPolicies, request) }),
    ...(resourcePolicy && { resource: weigh([resourcePolicy], request) }),
  };
}

/** What must hold, each with the layer to blame when it does not. */
type Verdict = readonly [PolicyLayer, Ternary];

function verdictsOf(request: AuthorizationRequest, layers: Layers): readonly Verdict[] {
  const account = accountOf(request.caller);
  const resource = layers.resource?.allowed ?? 'no';
  if (account === undefined) return [['resource', resource]];
  // The root user of an account needs no identity policy.
  const identity = request.caller.kind === 'root' ? 'yes' : (layers.identity?.allowed ?? 'no');
  const limits: readonly Verdict[] = [
    ['boundary', layers.boundary?.allowed ?? 'yes'],
    ['session', layers.session?.allowed ?? 'yes'],
  ];
  if (account !== request.resourceAccount) return [['identity', identity], ['resource', resource], ...limits];

  const as = (grant: Grant) => layers.resource?.allowedAs[grant] ?? 'no';
  const direct = as('direct');
  const unlimited = (verdict: Ternary) => anyOf([direct, verdict]);
  const granted = anyOf([as('role'), as('everyone')]);
  const delegated = request.resourcePolicyDecides ? allOf([as('account'), identity]) : identity;
  const blamed = request.resourcePolicyDecides && resource === 'no' ? 'resource' : 'identity';
  return [
    [blamed, unlimited(anyOf([granted, delegated]))],
    ...limits.map(([layer, verdict]) => [layer, unlimited(verdict)] as const),
  ];
}

function decidingLayer(
  layers: Layers,
  verdicts: readonly Verdict[],
  final: Ternary,
): PolicyLayer | undefined {
  const names = Object.keys(layers) as PolicyLayer[];
  return (
    (final === 'no' ? names.find((name) => layers[name]?.denied === 'yes') : undefined) ??
    verdicts.find(([, verdict]) => verdict === final)?.[0] ??
    names.find((name) => layers[name]?.denied === final)
  );
}
