import { awsManagedPolicy } from './aws-managed-policies.ts';
import type { ManagedPolicy } from './managed-policy.ts';
import { type GeneratedRoles, nameKey, type RoleRecord } from './role-record.ts';

export type { GeneratedRoles, RoleRecord } from './role-record.ts';

/** One change of a role: what it became, or `undefined` when it was deleted. */
interface RoleChange {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly role: RoleRecord | undefined;
}

/** How many roles use a managed policy, by its ARN. */
interface PolicyUsage {
  readonly attached: Map<string, number>;
  readonly boundary: Map<string, number>;
}

/** How far back a role's past is kept. EKS lags behind IAM by seconds; nobody asks for more than this. */
const HISTORY_MS = 3_600_000;

/** AWS's default, and what an account with more generated roles than that must have asked for (facts §9.2). */
const ROLES_PER_ACCOUNT = 1000;

/**
 * IAM of one account: its roles with their recent past, and its managed policies.
 *
 * Role names are unique whatever their case. It checks nothing: what the API refuses is in the operations, so that a
 * seed may hold what the API would not accept.
 */
export class IamState {
  readonly account: string;
  readonly partition: string;
  /** By name key; every role that was ever put, deleted ones with their past. */
  readonly #changes = new Map<string, RoleChange[]>();
  readonly #policies = new Map<string, ManagedPolicy>();
  #generated: GeneratedRoles | undefined;
  #usage: PolicyUsage | undefined;
  #created = 0;

  constructor(account: string, partition = 'aws') {
    this.account = account;
    this.partition = partition;
  }

  /** Puts any number of computed roles there. Changes made to them are kept beside, as for every role. */
  addGeneratedRoles(roles: GeneratedRoles): void {
    if (this.#generated) throw new Error(`account ${this.account} has generated roles already`);
    this.#generated = roles;
    this.#usage = undefined;
  }

  /** How many roles the account may have. */
  get roleQuota(): number {
    return ROLES_PER_ACCOUNT + (this.#generated?.count ?? 0);
  }

  /** A number that is given once: what makes unique ids unique. */
  nextSequence(): number {
    this.#created += 1;
    return this.#created;
  }

  /** The role of this name as IAM has it now. */
  role(roleName: string): RoleRecord | undefined {
    const changes = this.#changes.get(nameKey(roleName));
    return changes ? changes.at(-1)?.role : this.#generatedRole(roleName);
  }

  /**
   * The role as it was at a moment: what another service sees that lags behind IAM (the propagation switch). Exact
   * from an hour before the role's newest change on; what was before that is forgotten.
   */
  roleAsOf(roleName: string, epochMs: number): RoleRecord | undefined {
    const changes = this.#changes.get(nameKey(roleName));
    const change = changes?.findLast((candidate) => candidate.at <= epochMs);
    return change ? change.role : this.#generatedRole(roleName);
  }

  /** Creates the role, or replaces it by a changed record. */
  putRole(role: RoleRecord, at: number): void {
    this.#record(role.roleName, { at, role });
  }

  /** Removes the role; removing one that is not there changes nothing. */
  removeRole(roleName: string, at: number): void {
    if (this.role(roleName)) this.#record(roleName, { at, role: undefined });
  }

  /** How many roles there are now. */
  roleCount(): number {
    let count = this.#generated?.count ?? 0;
    for (const [key, changes] of this.#changes) {
      const isThere = changes.at(-1)?.role !== undefined;
      const wasGenerated = this.#generated?.indexOfName(key) !== undefined;
      count += Number(isThere) - Number(wasGenerated);
    }
    return count;
  }

  /**
   * The roles in an order that does not change while they are read: generated ones by index, then the others by name.
   * `position` is where to go on from after a pause.
   */
  *rolesAfter(
    position: string | undefined,
  ): Generator<{ readonly position: string; readonly item: RoleRecord }> {
    const [kind, rest] = position === undefined ? ['g', '-1'] : [position.charAt(0), position.slice(1)];
    if (kind === 'g') yield* this.#generatedAfter(Number(rest));
    const name = kind === 'n' ? rest : '';
    const keys = [...this.#changes.keys()].filter((key) => key > name && !this.#isGenerated(key)).sort();
    for (const key of keys) {
      const role = this.#changes.get(key)?.at(-1)?.role;
      if (role) yield { position: `n${key}`, item: role };
    }
  }

  /** A managed policy of the account or of AWS. */
  policy(arn: string): ManagedPolicy | undefined {
    return this.#policies.get(arn) ?? awsManagedPolicy(arn);
  }

  /** The account's own managed policies. */
  policies(): readonly ManagedPolicy[] {
    return [...this.#policies.values()];
  }

  /** AWS's managed policies that roles of the account have. */
  attachedAwsPolicies(): readonly ManagedPolicy[] {
    return [...this.#policyUsage().attached].flatMap(([arn, count]) => {
      const policy = count > 0 ? awsManagedPolicy(arn) : undefined;
      return policy ? [policy] : [];
    });
  }

  /** Creates the policy, or replaces it by a changed record. */
  putPolicy(policy: ManagedPolicy): void {
    this.#policies.set(policy.arn, policy);
  }

  removePolicy(arn: string): void {
    this.#policies.delete(arn);
  }

  /** How many roles the managed policy is attached to. */
  attachmentCount(policyArn: string): number {
    return this.#policyUsage().attached.get(policyArn) ?? 0;
  }

  /** How many roles have the policy as their permissions boundary. */
  boundaryUsageCount(policyArn: string): number {
    return this.#policyUsage().boundary.get(policyArn) ?? 0;
  }

  #record(roleName: string, change: RoleChange): void {
    const before = this.role(roleName);
    const key = nameKey(roleName);
    const first = this.#generatedRole(roleName);
    const past = this.#changes.get(key) ?? (first ? [{ at: first.createDate, role: first }] : []);
    const firstKept = Math.max(
      0,
      past.findLastIndex((candidate) => candidate.at <= change.at - HISTORY_MS),
    );
    this.#changes.set(key, [...past.slice(firstKept), change]);
    this.#countPolicies(before, -1);
    this.#countPolicies(change.role, 1);
  }

  #generatedRole(roleName: string): RoleRecord | undefined {
    const index = this.#generated?.indexOfName(roleName);
    return index === undefined ? undefined : this.#generated?.at(index);
  }

  #isGenerated(key: string): boolean {
    return this.#generated?.indexOfName(key) !== undefined;
  }

  *#generatedAfter(index: number): Generator<{ readonly position: string; readonly item: RoleRecord }> {
    const generated = this.#generated;
    if (!generated) return;
    for (let next = index + 1; next < generated.count; next += 1) {
      const role = this.role(generated.at(next).roleName);
      if (role) yield { position: `g${next}`, item: role };
    }
  }

  /** Counted once, when it is first asked for, and kept up to date from then on. */
  #policyUsage(): PolicyUsage {
    if (this.#usage) return this.#usage;
    this.#usage = { attached: new Map(), boundary: new Map() };
    for (const { item } of this.rolesAfter(undefined)) this.#countPolicies(item, 1);
    return this.#usage;
  }

  #countPolicies(role: RoleRecord | undefined, by: 1 | -1): void {
    if (!this.#usage || !role) return;
    const { attached, boundary } = this.#usage;
    for (const arn of role.attachedPolicyArns) attached.set(arn, (attached.get(arn) ?? 0) + by);
    const arn = role.permissionsBoundaryArn;
    if (arn !== undefined) boundary.set(arn, (boundary.get(arn) ?? 0) + by);
  }
}
