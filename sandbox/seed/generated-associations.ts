import type { AssociationSeed, GeneratedAssociations } from '#sandbox/eks/eks-state.ts';
import { fleetName, fleetNumber, fleetRoleName } from './fleet-names.ts';
import { managedTags } from './ownership-tags.ts';
import { type PlantedCounts, plantedAt } from './planted-drift.ts';
import { hashOf, scramble, unscramble } from './scramble.ts';

/** One cluster of a generated fleet. */
export interface FleetCluster {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** What all clusters of a fleet share. */
export interface FleetPlan {
  readonly partition: string;
  readonly mappings: number;
  readonly managedBy: string;
  /** The account of the target roles. */
  readonly hub: string;
  readonly seed: number;
  readonly planted: PlantedCounts;
}

/** The fields of mapping number j that differ from EKS's defaults. */
export interface FleetVariant {
  readonly targetRoleName?: string;
  readonly disableSessionTags: boolean;
  readonly policy?: string;
}

/** The namespace of associations that no mapping wishes for. */
const EXTRA_NAMESPACE = 'scratch';
/** The role that a changed association has. */
export const BREAK_GLASS_ROLE = 'break-glass';

/** Every twentieth mapping has a target role, another twentieth a session policy. */
export function fleetVariant(j: number): FleetVariant {
  const { team } = fleetName(j);
  if (j % 20 === 7) return { targetRoleName: `shared-${team}`, disableSessionTags: true };
  if (j % 20 === 13) return { disableSessionTags: true, policy: sessionPolicy(team) };
  return { disableSessionTags: false };
}

/**
 * The associations of one cluster as a function of their index.
 *
 * Mappings are dealt to positions by a permutation of the cluster's own, so that drift hits other service accounts in
 * each cluster. Positions begin with the drifted ones; the mappings of the last positions are missing, and what no
 * mapping wishes for comes after the end.
 */
export function generatedAssociations(cluster: FleetCluster, plan: FleetPlan): GeneratedAssociations {
  const salt = hashOf(`${plan.seed} ${cluster.account} ${cluster.region} ${cluster.name}`);
  const deal = permutation(plan.mappings, salt);
  const present = plan.mappings - plan.planted.missing;
  const count = present + plan.planted.extra;
  const idOf = (index: number) =>
    `a-${base36(scramble(index, salt), 7)}${base36(hashOf(`${salt} ${index}`), 7)}${base36(salt % 46_656, 3)}`;
  return {
    count,
    at(index) {
      const associationId = idOf(index);
      if (index >= present) return extraAssociation(cluster, plan, associationId, index - present);
      return associationOf(cluster, plan, associationId, deal.mappingAt(index), index);
    },
    indexOfId(associationId) {
      const scrambled = Number.parseInt(associationId.slice(2, 9), 36);
      if (!(scrambled <= 0xffff_ffff)) return undefined;
      const index = unscramble(scrambled, salt);
      return index < count && idOf(index) === associationId ? index : undefined;
    },
    indexOfKey(namespace, serviceAccount) {
      if (namespace === EXTRA_NAMESPACE) {
        const number = /^job-(0|[1-9]\d*)$/.exec(serviceAccount)?.[1];
        return number !== undefined && Number(number) < plan.planted.extra
          ? present + Number(number)
          : undefined;
      }
      const mapping = fleetNumber(namespace, serviceAccount);
      if (mapping === undefined || mapping >= plan.mappings) return undefined;
      const position = deal.positionOf(mapping);
      return position < present ? position : undefined;
    },
  };
}

function associationOf(
  cluster: FleetCluster,
  plan: FleetPlan,
  associationId: string,
  mapping: number,
  position: number,
): AssociationSeed {
  const { team, namespace, serviceAccount } = fleetName(mapping);
  const variant = fleetVariant(mapping);
  const drift = plantedAt(position, plan.planted);
  const ours = managedTags(plan.managedBy, cluster.tags, `${namespace}/${serviceAccount}`);
  const disableSessionTags = variant.disableSessionTags !== (drift === 'sessionTagsChanged');
  return {
    associationId,
    namespace,
    serviceAccount,
    roleArn: arnOf(
      plan,
      cluster.account,
      drift === 'roleChanged' ? BREAK_GLASS_ROLE : fleetRoleName(mapping),
    ),
    ...(variant.targetRoleName === undefined
      ? {}
      : { targetRoleArn: arnOf(plan, plan.hub, variant.targetRoleName) }),
    ...(variant.policy === undefined ? {} : { policy: variant.policy }),
    disableSessionTags,
    tags: {
      team: drift === 'tagChanged' ? 'nobody' : team,
      ...(drift === 'foreign' ? { 'managed-by': 'terraform' } : ours),
    },
  };
}

function extraAssociation(
  cluster: FleetCluster,
  plan: FleetPlan,
  associationId: string,
  number: number,
): AssociationSeed {
  return {
    associationId,
    namespace: EXTRA_NAMESPACE,
    serviceAccount: `job-${number}`,
    roleArn: arnOf(plan, cluster.account, BREAK_GLASS_ROLE),
  };
}

/** The ARN of a role of the fleet. */
export function arnOf(plan: Pick<FleetPlan, 'partition'>, account: string, roleName: string): string {
  return `arn:${plan.partition}:iam::${account}:role/${roleName}`;
}

function sessionPolicy(team: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${team}-exports/*` }],
  });
}

/** An order of 0 … size - 1 and its inverse: multiply by a number that shares no factor with the size, and shift. */
function permutation(size: number, salt: number) {
  const factor = coprimeTo(size, 1 + (salt % Math.max(1, size)));
  const inverse = inverseModulo(factor, size);
  const shift = size === 0 ? 0 : hashOf(`shift ${salt}`) % size;
  return {
    mappingAt: (position: number) => (position * factor + shift) % size,
    positionOf: (mapping: number) => (((mapping - shift + size) % size) * inverse) % size,
  };
}

function coprimeTo(size: number, start: number): number {
  for (let candidate = start; ; candidate += 1) {
    if (greatestDivisor(candidate, size) === 1) return candidate;
  }
}

function greatestDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestDivisor(right, left % right);
}

/** Extended Euclid. */
function inverseModulo(factor: number, size: number): number {
  let [previous, current] = [size, factor % Math.max(1, size)];
  let [before, now] = [0, 1];
  while (current > 1) {
    const quotient = Math.floor(previous / current);
    [previous, current] = [current, previous - quotient * current];
    [before, now] = [now, before - quotient * now];
  }
  return size === 0 ? 0 : ((now % size) + size) % size;
}

function base36(value: number, length: number): string {
  return value.toString(36).padStart(length, '0');
}
