import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  AssociationFields,
  AssociationSummary,
  ObservedAssociation,
} from '#shared/domain/association.ts';
import type { CreateAnswer, PodIdentityReader } from '#shared/ports/pod-identity.ts';
import { CLUSTER, type EksWorld, NO_CLUSTER, ROLES, type Troubled } from './eks-world.ts';

const API = { namespace: 'payments', serviceAccount: 'api' };
const TARGET = 'arn:aws:iam::777788889999:role/ledger';
const POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';
const NO_ID = 'a-zzzzzzzzzzzzzzzzz';

function someFields(changes: Partial<AssociationFields> = {}): AssociationFields {
  return { roleArn: ROLES.accepted, disableSessionTags: false, tags: {}, ...changes };
}

function created(answer: CreateAnswer): ObservedAssociation {
  if (answer.kind !== 'created') throw new Error(`not created: ${JSON.stringify(answer)}`);
  return answer.association;
}

async function listAll(
  reader: PodIdentityReader,
  options: Parameters<PodIdentityReader['list']>[1] = {},
): Promise<AssociationSummary[][]> {
  const pages: AssociationSummary[][] = [];
  for await (const page of reader.list(CLUSTER, options)) pages.push([...page]);
  return pages;
}

/** What a caller of PodIdentityReader and PodIdentityWriter may rely on (facts §1, §2). */
export function podIdentityContract(name: string, start: () => Promise<EksWorld>): void {
  describe(`pod identity: ${name}`, () => {
    let world: EksWorld;
    beforeEach(async () => {
      world = await start();
    });
    afterEach(() => world.stop());

    const create = async (
      changes: Partial<AssociationFields> = {},
      key = API,
    ): Promise<ObservedAssociation> =>
      created(
        await world.writer.create(CLUSTER, key, someFields(changes), {
          token: `setup ${key.serviceAccount}`,
        }),
      );
    const describeIt = (associationId: string) => world.reader.describe(CLUSTER, associationId);

    describe('create', () => {
      it('answers the whole association, and describe answers the same', async () => {
        const association = await create({ tags: { 'rolecall.dev/owner': 'me' } });
        expect(association).toMatchObject({
          ...API,
          roleArn: ROLES.accepted,
          disableSessionTags: false,
          tags: { 'rolecall.dev/owner': 'me' },
        });
        expect(association.associationId).toMatch(/^a-[a-z0-9]{17}$/);
        expect(association.associationArn).toBe(
          `arn:aws:eks:eu-west-1:111122223333:podidentityassociation/c1/${association.associationId}`,
        );
        expect(association.modifiedAt).toBe(association.createdAt);
        expect(await describeIt(association.associationId)).toEqual(association);
      });

      it('leaves out what was not wished for', async () => {
        const association = await create();
        for (const field of ['targetRoleArn', 'policy', 'externalId', 'ownerArn']) {
          expect(association).not.toHaveProperty(field);
        }
        expect(association.tags).toEqual({});
      });

      it('takes a target role, and tells the external id that its trust policy may ask for', async () => {
        const association = await create({ targetRoleArn: TARGET, disableSessionTags: true, policy: POLICY });
        expect(association).toMatchObject({
          targetRoleArn: TARGET,
          disableSessionTags: true,
          policy: POLICY,
        });
        expect(association.externalId).toBe('eu-west-1/111122223333/c1/payments/api');
      });

      it('says which association is there already', async () => {
        const { associationId } = await create();
        const again = await world.writer.create(CLUSTER, API, someFields(), { token: 'another' });
        expect(again).toEqual({ kind: 'exists', associationId });
      });

      it('answers the same token with the same answer, and makes nothing twice', async () => {
        const fields = someFields();
        const first = await world.writer.create(CLUSTER, API, fields, { token: 'same' });
        expect(await world.writer.create(CLUSTER, API, fields, { token: 'same' })).toEqual(first);
        expect((await listAll(world.reader)).flat()).toHaveLength(1);
      });

      it('refuses a token that comes back with another wish', async () => {
        await world.writer.create(CLUSTER, API, someFields(), { token: 'same' });
        const other = someFields({ roleArn: ROLES.alsoAccepted });
        const answer = await world.writer.create(CLUSTER, API, other, { token: 'same' });
        expect(answer).toMatchObject({ kind: 'invalid' });
      });

      it.each([
        { role: ROLES.missing, kind: 'roleNotFound' },
        { role: ROLES.distrusting, kind: 'trustPolicyInvalid' },
        { role: ROLES.ofAnotherAccount, kind: 'roleInOtherAccount' },
      ])('answers $kind for $role and makes nothing', async ({ role, kind }) => {
        const answer = await world.writer.create(CLUSTER, API, someFields({ roleArn: role }), { token: 't' });
        expect(answer).toEqual({ kind });
        expect(await listAll(world.reader)).toEqual([[]]);
      });

      it.each([
        {
          what: 'a namespace',
          key: { namespace: 'Pay_ments', serviceAccount: 'api' },
          fields: {},
          says: /namespace/,
        },
        {
          what: 'a service account',
          key: { namespace: 'payments', serviceAccount: 'a b' },
          fields: {},
          says: /serviceAccount/,
        },
        {
          what: 'a policy with session tags',
          key: API,
          fields: { policy: POLICY },
          says: /disableSessionTags/,
        },
      ])('says in EKS’s words what is wrong with $what', async ({ key, fields, says }) => {
        const answer = await world.writer.create(CLUSTER, key, someFields(fields), { token: 't' });
        expect(answer).toEqual({ kind: 'invalid', message: expect.stringMatching(says) });
      });
    });

    describe('list', () => {
      it('answers one empty page for an empty cluster', async () => {
        expect(await listAll(world.reader)).toEqual([[]]);
      });

      it('answers pages of a hundred, every association once, and one call a page', async () => {
        world.fill(230);
        const pages = await listAll(world.reader);
        expect(pages.map((page) => page.length)).toEqual([100, 100, 30]);
        expect(new Set(pages.flat().map(({ serviceAccount }) => serviceAccount)).size).toBe(230);
        expect(world.calls()['eks:ListPodIdentityAssociations']).toBe(3);
      });

      it('answers no empty last page when the associations fill their pages', async () => {
        world.fill(200);
        expect((await listAll(world.reader)).map((page) => page.length)).toEqual([100, 100]);
      });

      it('tells who, and never which role', async () => {
        const { associationId, associationArn } = await create({ tags: { a: 'b' }, targetRoleArn: TARGET });
        expect(await listAll(world.reader)).toEqual([[{ ...API, associationId, associationArn }]]);
      });

      it('tells the add-on that owns an association', async () => {
        const ownerArn = 'arn:aws:eks:eu-west-1:111122223333:addon/c1/aws-ebs-csi-driver/0';
        const associationId = world.addOwnedAssociation(ownerArn);
        expect((await listAll(world.reader)).flat()).toMatchObject([{ associationId, ownerArn }]);
        expect(await describeIt(associationId)).toMatchObject({ ownerArn });
      });

      it.each([
        { key: { namespace: 'payments', serviceAccount: 'api' }, found: 1 },
        { key: { namespace: 'payments', serviceAccount: 'ap' }, found: 0 },
        { key: { namespace: 'pay', serviceAccount: 'api' }, found: 0 },
      ])('answers $found for exactly $key.namespace/$key.serviceAccount', async ({ key, found }) => {
        await create();
        await create({}, { namespace: 'payments', serviceAccount: 'api-2' });
        const pages = await listAll(world.reader, { key });
        expect(pages.flat()).toHaveLength(found);
      });

      it('rejects when a page fails half way', async () => {
        world.fill(150);
        world.failSecondPage();
        const seen: AssociationSummary[] = [];
        const reading = (async () => {
          for await (const page of world.reader.list(CLUSTER)) seen.push(...page);
        })();
        await expect(reading).rejects.toMatchObject({ name: 'aws.unavailable', retryable: true });
        expect(seen).toHaveLength(100);
      });
    });

    describe('describe', () => {
      it('answers nothing for an association that is not there', async () => {
        expect(await describeIt(NO_ID)).toBeUndefined();
      });

      it('is late when EKS is', async () => {
        world.passTime(60_000);
        world.staleFor(2000);
        const { associationId } = await create();
        expect(await describeIt(associationId)).toBeUndefined();
        expect(await listAll(world.reader)).toEqual([[]]);
        world.passTime(2001);
        expect(await describeIt(associationId)).toMatchObject({ associationId });
        expect((await listAll(world.reader)).flat()).toHaveLength(1);
      });
    });

    describe('update', () => {
      it('changes exactly what it is given, and keeps the id', async () => {
        const before = await create({ targetRoleArn: TARGET, tags: { a: 'b' } });
        world.passTime(1000);
        const answer = await world.writer.update(
          CLUSTER,
          before.associationId,
          { roleArn: ROLES.alsoAccepted },
          { token: 'u' },
        );
        const after = { ...before, roleArn: ROLES.alsoAccepted, modifiedAt: expect.any(Number) };
        expect(answer).toEqual({ kind: 'updated', association: after });
        const seen = await describeIt(before.associationId);
        expect(seen).toEqual(after);
        expect(seen?.modifiedAt).toBeGreaterThan(before.modifiedAt);
      });

      it.each(['targetRoleArn', 'policy'] as const)(
        'clears %s when it is given the empty text',
        async (field) => {
          const { associationId } = await create({
            targetRoleArn: TARGET,
            policy: POLICY,
            disableSessionTags: true,
          });
          const answer = await world.writer.update(CLUSTER, associationId, { [field]: '' }, { token: 'u' });
          expect(answer).toMatchObject({ kind: 'updated' });
          expect(await describeIt(associationId)).not.toHaveProperty(field);
        },
      );

      it('forgets the external id with the target role', async () => {
        const { associationId } = await create({ targetRoleArn: TARGET });
        await world.writer.update(CLUSTER, associationId, { targetRoleArn: '' }, { token: 'u' });
        expect(await describeIt(associationId)).not.toHaveProperty('externalId');
      });

      it('is refused with nothing to change', async () => {
        const { associationId } = await create();
        const answer = await world.writer.update(CLUSTER, associationId, {}, { token: 'u' });
        expect(answer).toMatchObject({ kind: 'invalid' });
      });

      it('answers the same token with the same answer, whatever happened since', async () => {
        const { associationId } = await create();
        const first = await world.writer.update(
          CLUSTER,
          associationId,
          { disableSessionTags: true },
          { token: 'u1' },
        );
        await world.writer.update(CLUSTER, associationId, { disableSessionTags: false }, { token: 'u2' });
        const again = await world.writer.update(
          CLUSTER,
          associationId,
          { disableSessionTags: true },
          { token: 'u1' },
        );
        expect(again).toEqual(first);
        expect(await describeIt(associationId)).toMatchObject({ disableSessionTags: false });
      });

      it.each([
        { role: ROLES.missing, kind: 'roleNotFound' },
        { role: ROLES.distrusting, kind: 'trustPolicyInvalid' },
        { role: ROLES.ofAnotherAccount, kind: 'roleInOtherAccount' },
      ])('answers $kind for $role and changes nothing', async ({ role, kind }) => {
        const before = await create();
        const answer = await world.writer.update(
          CLUSTER,
          before.associationId,
          { roleArn: role },
          { token: 'u' },
        );
        expect(answer).toEqual({ kind });
        expect(await describeIt(before.associationId)).toEqual(before);
      });

      it('answers gone for an association that is not there', async () => {
        const answer = await world.writer.update(CLUSTER, NO_ID, { roleArn: ROLES.accepted }, { token: 'u' });
        expect(answer).toEqual({ kind: 'gone' });
      });
    });

    describe('delete', () => {
      it('deletes, and then answers gone', async () => {
        const { associationId } = await create();
        expect(await world.writer.delete(CLUSTER, associationId)).toEqual({ kind: 'deleted' });
        expect(await describeIt(associationId)).toBeUndefined();
        expect(await world.writer.delete(CLUSTER, associationId)).toEqual({ kind: 'gone' });
      });

      it('makes room for another association with another id', async () => {
        const first = await create();
        await world.writer.delete(CLUSTER, first.associationId);
        const second = created(await world.writer.create(CLUSTER, API, someFields(), { token: 'second' }));
        expect(second.associationId).not.toBe(first.associationId);
      });
    });

    describe('tags', () => {
      it('are merged, and taken away by key; keys that are not there do not matter', async () => {
        const { associationArn, associationId } = await create({
          tags: { keep: '1', change: '1', drop: '1' },
        });
        expect(await world.writer.tag(CLUSTER, associationArn, { change: '2', add: '1' })).toEqual({
          kind: 'done',
        });
        expect(await world.writer.untag(CLUSTER, associationArn, ['drop', 'never-was'])).toEqual({
          kind: 'done',
        });
        expect(await describeIt(associationId)).toMatchObject({ tags: { keep: '1', change: '2', add: '1' } });
        expect((await describeIt(associationId))?.tags).not.toHaveProperty('drop');
      });

      it('answer gone for an association that is not there', async () => {
        const arn = `arn:aws:eks:eu-west-1:111122223333:podidentityassociation/c1/${NO_ID}`;
        expect(await world.writer.tag(CLUSTER, arn, { a: 'b' })).toEqual({ kind: 'gone' });
        expect(await world.writer.untag(CLUSTER, arn, ['a'])).toEqual({ kind: 'gone' });
      });
    });

    describe('when something is wrong', () => {
      it.each<[what: string, call: () => Promise<unknown>]>([
        [
          'list',
          async () => {
            for await (const _ of world.reader.list(NO_CLUSTER)) throw new Error('there was a page');
          },
        ],
        ['describe', () => world.reader.describe(NO_CLUSTER, NO_ID)],
        ['create', () => world.writer.create(NO_CLUSTER, API, someFields(), { token: 't' })],
        ['update', () => world.writer.update(NO_CLUSTER, NO_ID, { roleArn: ROLES.accepted }, { token: 't' })],
        ['delete', () => world.writer.delete(NO_CLUSTER, NO_ID)],
      ])('%s tells that there is no such cluster', async (_, call) => {
        await expect(call()).rejects.toMatchObject({ name: 'cluster.notFound', retryable: false });
      });

      it.each<Troubled>(['list', 'describe', 'create', 'update', 'delete'])(
        '%s tells what was denied',
        async (operation) => {
          const { associationId } = await create();
          world.deny(operation);
          const calls: Record<Troubled, () => Promise<unknown>> = {
            list: () => listAll(world.reader),
            describe: () => describeIt(associationId),
            create: () => world.writer.create(CLUSTER, API, someFields(), { token: 't' }),
            update: () =>
              world.writer.update(CLUSTER, associationId, { roleArn: ROLES.accepted }, { token: 't' }),
            delete: () => world.writer.delete(CLUSTER, associationId),
          };
          await expect(calls[operation]()).rejects.toMatchObject({
            name: 'aws.accessDenied',
            retryable: false,
            message: expect.stringContaining('is not authorized to perform'),
          });
        },
      );

      it('is throttled past its patience, and goes on when that is over', async () => {
        const { associationId } = await create();
        world.throttle();
        const calls = Array.from({ length: 3 }, () => describeIt(associationId));
        const outcomes = await Promise.allSettled(calls);
        const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
        expect(failed.length).toBeGreaterThan(0);
        for (const { reason } of failed)
          expect(reason).toMatchObject({ name: 'aws.throttled', retryable: true });
        world.calm();
        expect(await describeIt(associationId)).toMatchObject({ associationId });
      });

      it('never does a write twice when its answer is lost and it is sent again', async () => {
        const { associationId } = await create();
        world.loseNextAnswer('update');
        const update = () =>
          world.writer.update(CLUSTER, associationId, { roleArn: ROLES.alsoAccepted }, { token: 'lost' });
        const answer = await update().catch((error: Error) => {
          expect(error.name).toMatch(/^aws\.(timeout|unavailable)$/);
          return update();
        });
        expect(answer).toMatchObject({ kind: 'updated', association: { roleArn: ROLES.alsoAccepted } });
        world.loseNextAnswer('create');
        const other = { namespace: 'payments', serviceAccount: 'other' };
        const again = () => world.writer.create(CLUSTER, other, someFields(), { token: 'lost' });
        expect(await again().catch(again)).toMatchObject({ kind: 'created' });
        expect((await listAll(world.reader)).flat()).toHaveLength(2);
      });

      it('answers gone when the answer to a delete is lost', async () => {
        const { associationId } = await create();
        world.loseNextAnswer('delete');
        const remove = () => world.writer.delete(CLUSTER, associationId);
        expect(await remove().catch(remove)).toEqual({ kind: 'gone' });
      });

      it('does nothing for somebody who has given up', async () => {
        const signal = AbortSignal.abort();
        const before = world.calls();
        await expect(describeItWith(signal)).rejects.toMatchObject({ name: 'cancelled' });
        await expect(
          world.writer.create(CLUSTER, API, someFields(), { token: 't', signal }),
        ).rejects.toMatchObject({ name: 'cancelled' });
        await expect(listAll(world.reader, { signal })).rejects.toMatchObject({ name: 'cancelled' });
        expect(world.calls()).toEqual(before);
      });

      it('lets go of a call that somebody gives up', async () => {
        const controller = new AbortController();
        await listAll(world.reader);
        world.abortDuringDescribe(controller);
        await expect(describeItWith(controller.signal)).rejects.toMatchObject({ name: 'cancelled' });
      });

      const describeItWith = (signal: AbortSignal) => world.reader.describe(CLUSTER, NO_ID, { signal });
    });
  });
}
