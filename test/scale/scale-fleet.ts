import type { Association } from '#sandbox/eks/association.ts';
import type { World } from '#sandbox/world.ts';
import type { ServiceAccountKey } from '#shared/domain/key.ts';
import type { Mapping } from '#shared/domain/mapping.ts';
import { aMapping, aTarget } from '#test/builders/a-mapping.ts';
import { PODS_TRUST } from '#test/builders/sandbox-call.ts';

/** The hub's account, and those that the stage `sandbox` lets in (`stacks/settings.ts`). */
export const HUB = '111122223333';
export const ACCOUNTS = [HUB, '444455556666', '777788889999'] as const;
/** Regions of the fleet, the home region first. */
export const REGIONS = ['eu-west-1', 'us-east-1'] as const;
export const INSTALLATION = 'sandbox';
/** Roles that may be bound: a prefix, as the spoke template takes it. */
export const PASSABLE_ROLES = 'app-*';
/** Roles that somebody binds who should not; EKS takes them, and Rolecall never passes them. */
export const ROGUE_ROLES = ['rogue-1', 'rogue-2'] as const;
/** A role that no mapping names. */
export const IDLE_ROLE = 'nobodys';

const NAMESPACES = ['ledger', 'orders', 'payments', 'search', 'shop'];
const SERVICE_ACCOUNTS = ['api', 'batch', 'exporter', 'worker'];

export interface ScaleCluster {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly arn: string;
}

/** What an association should be, as a person would write it down. */
export interface RightAssociation {
  readonly roleArn: string;
  readonly disableSessionTags: boolean;
  readonly policy?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** `count` clusters, spread over the accounts and regions. */
export function scaleClusters(count: number): readonly ScaleCluster[] {
  return Array.from({ length: count }, (_, index) => {
    const account = ACCOUNTS[index % ACCOUNTS.length] ?? HUB;
    const region = REGIONS[Math.floor(index / ACCOUNTS.length) % REGIONS.length] ?? REGIONS[0];
    const name = `scale-${String(index + 1).padStart(2, '0')}`;
    return { account, region, name, arn: `arn:aws:eks:${region}:${account}:cluster/${name}` };
  });
}

/** The service accounts of every cluster. */
export const SCALE_KEYS: readonly ServiceAccountKey[] = NAMESPACES.flatMap((namespace) =>
  SERVICE_ACCOUNTS.map((serviceAccount) => ({ namespace, serviceAccount })),
);

const POLICY =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}';

/** One mapping a service account, for all clusters; exporters have a session policy, batches no session tags. */
export const SCALE_MAPPINGS: readonly Mapping[] = SCALE_KEYS.map((key) =>
  aMapping({
    key,
    team: key.namespace,
    targets: [
      aTarget({
        roleArn: `arn:{partition}:iam::{account}:role/${roleOf(key)}`,
        disableSessionTags: hasNoSessionTags(key),
        ...(hasPolicy(key) ? { policy: POLICY } : {}),
        tags: { team: key.namespace },
      }),
    ],
  }),
);

/** What a service account should have on a cluster. */
export function rightAssociation({ account }: ScaleCluster, key: ServiceAccountKey): RightAssociation {
  return {
    roleArn: `arn:aws:iam::${account}:role/${roleOf(key)}`,
    disableSessionTags: hasNoSessionTags(key),
    ...(hasPolicy(key) ? { policy: POLICY } : {}),
    tags: {
      team: key.namespace,
      'rolecall.dev/installation': INSTALLATION,
      'rolecall.dev/mapping': `default/${key.namespace}/${key.serviceAccount}`,
    },
  };
}

/** How an association differs from what it should be, in words; nothing when it is right. */
export function wrongIn(found: Association | undefined, right: RightAssociation): string | undefined {
  if (!found) return 'is not there';
  if (found.roleArn !== right.roleArn) return `has the role ${found.roleArn}`;
  if (found.targetRoleArn !== undefined) return `has the target role ${found.targetRoleArn}`;
  if (found.disableSessionTags !== right.disableSessionTags) return 'has other session tags';
  if (normal(found.policy) !== normal(right.policy)) return `has the session policy ${found.policy}`;
  const tag = Object.entries(right.tags).find(([name, value]) => found.tags[name] !== value);
  return tag ? `lacks the tag ${tag[0]}` : undefined;
}

/** Puts the roles of the fleet into its accounts. */
export function putScaleRoles(world: World): void {
  const names = [...SCALE_KEYS.map(roleOf), ...ROGUE_ROLES, IDLE_ROLE];
  const at = world.clock.now() - 86_400_000;
  for (const account of ACCOUNTS) {
    for (const roleName of names) {
      const role = {
        roleName,
        roleId: 'AROAEXAMPLEEXAMPLE234',
        path: '/',
        arn: `arn:aws:iam::${account}:role/${roleName}`,
        createDate: at,
        trustPolicy: PODS_TRUST,
        trustedRoleIds: {},
        maxSessionDuration: 3600,
        tags: {},
        inlinePolicies: {},
        attachedPolicyArns: [],
      };
      world.iam(account).putRole(role, at);
    }
  }
}

function roleOf({ namespace, serviceAccount }: ServiceAccountKey): string {
  return `app-${namespace}-${serviceAccount}`;
}

/** EKS takes a session policy only without session tags (facts §1.4). */
function hasNoSessionTags(key: ServiceAccountKey): boolean {
  return key.serviceAccount === 'batch' || hasPolicy(key);
}

function hasPolicy({ serviceAccount }: ServiceAccountKey): boolean {
  return serviceAccount === 'exporter';
}

function normal(policy: string | undefined): string | undefined {
  return policy === undefined || policy === '' ? undefined : JSON.stringify(JSON.parse(policy));
}
