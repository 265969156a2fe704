import { describe, expect, it } from 'vitest';
import { NOON, PODS_TRUST } from '#test/builders/sandbox-call.ts';
import { type GeneratedRoles, IamState, type RoleRecord } from './iam-state.ts';

const aRole = (roleName: string): RoleRecord => ({
  roleName,
  roleId: `AROA${roleName}`,
  path: '/',
  arn: `arn:aws:iam::111122223333:role/${roleName}`,
  createDate: NOON,
  trustPolicy: PODS_TRUST,
  trustedRoleIds: {},
  maxSessionDuration: 3600,
  tags: {},
  inlinePolicies: {},
  attachedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
});

const generated = (count: number): GeneratedRoles => ({
  count,
  at: (index) => aRole(`gen-${index}`),
  indexOfName(name) {
    const index = Number(/^gen-(\d+)$/i.exec(name)?.[1] ?? -1);
    return index >= 0 && index < count ? index : undefined;
  },
});

const names = (iam: IamState, after?: string) => [...iam.rolesAfter(after)].map(({ item }) => item.roleName);

describe('generated roles', () => {
  it('stand beside the others, can be changed and deleted, and are made again', () => {
    const iam = new IamState('111122223333');
    iam.addGeneratedRoles(generated(3));
    iam.putRole(aRole('own'), NOON);
    expect(names(iam)).toEqual(['gen-0', 'gen-1', 'gen-2', 'own']);
    iam.putRole({ ...aRole('gen-1'), description: 'changed' }, NOON + 1);
    iam.removeRole('GEN-2', NOON + 2);
    expect(names(iam)).toEqual(['gen-0', 'gen-1', 'own']);
    expect(iam.role('gen-1')?.description).toBe('changed');
    expect(iam.roleAsOf('gen-1', NOON)?.description).toBeUndefined();
    expect(iam.roleAsOf('gen-2', NOON + 1)?.roleName).toBe('gen-2');
    expect(iam.role('gen-2')).toBeUndefined();
    expect(iam.roleCount()).toBe(3);
    iam.putRole(aRole('gen-2'), NOON + 3);
    expect(iam.roleCount()).toBe(4);
  });

  it('cost nothing until they are asked for', () => {
    const iam = new IamState('111122223333');
    iam.addGeneratedRoles(generated(1_000_000_000));
    expect(iam.role('gen-999999999')?.roleName).toBe('gen-999999999');
    expect(iam.roleCount()).toBe(1_000_000_000);
    const first = iam.rolesAfter('g41').next();
    expect(first.done ? undefined : first.value.position).toBe('g42');
  });

  it('are counted where a policy is attached', () => {
    const iam = new IamState('111122223333');
    iam.addGeneratedRoles(generated(3));
    const admin = 'arn:aws:iam::aws:policy/AdministratorAccess';
    expect(iam.attachmentCount(admin)).toBe(3);
    iam.putRole({ ...aRole('gen-0'), attachedPolicyArns: [] }, NOON + 1);
    iam.putRole(aRole('own'), NOON + 1);
    iam.removeRole('gen-1', NOON + 1);
    expect(iam.attachmentCount(admin)).toBe(2);
  });
});

describe('the past of a role', () => {
  it('is forgotten after an hour, except for what was true then', () => {
    const iam = new IamState('111122223333');
    for (let minute = 0; minute <= 180; minute += 10) {
      iam.putRole({ ...aRole('r'), description: String(minute) }, NOON + minute * 60_000);
    }
    const at = (minute: number) => iam.roleAsOf('r', NOON + minute * 60_000)?.description;
    expect([at(180), at(125), at(120), at(60)]).toEqual(['180', '120', '120', undefined]);
  });
});
