import { createCallCounter } from '#shared/app/call-counter.ts';
import { AGENT_ADDON } from '#shared/ports/addons.ts';
import { FakeCaller } from '#test/fakes/fake-caller.ts';
import { FakeEks } from '#test/fakes/fake-eks.ts';
import { FakeRoles, POD_IDENTITY_TRUST_POLICY } from '#test/fakes/fake-roles.ts';
import { ManualClock } from '#test/fakes/manual-clock.ts';
import { CLUSTER, type EksWorld, ROLES } from './eks-world.ts';

/** The fakes, as a world for contracts. */
export async function startFakeWorld(): Promise<EksWorld> {
  const clock = new ManualClock();
  const counter = createCallCounter();
  const eks = new FakeEks({ clock, counter });
  const roles = new FakeRoles(counter);
  eks.addCluster(CLUSTER, { version: '1.34', tags: { team: 'platform' } });
  eks.refuseRole(ROLES.missing, { kind: 'roleNotFound' });
  eks.refuseRole(ROLES.distrusting, { kind: 'trustPolicyInvalid' });
  roles.add(CLUSTER.account, 'app-one', {
    tags: { team: 'payments' },
    trustPolicy: POD_IDENTITY_TRUST_POLICY,
  });
  return {
    reader: eks.reader,
    writer: eks.writer,
    clusters: eks.clusters,
    addons: eks.addons,
    roles,
    caller: new FakeCaller(),
    calls: () => counter.snapshot(),
    fill(count) {
      for (let index = 0; index < count; index += 1) {
        eks.put(CLUSTER, { namespace: 'fleet', serviceAccount: `app-${index}` }, { roleArn: ROLES.accepted });
      }
    },
    addOwnedAssociation(ownerArn) {
      const key = { namespace: 'kube-system', serviceAccount: 'ebs-csi' };
      return eks.put(CLUSTER, key, { roleArn: ROLES.accepted, ownerArn }).associationId;
    },
    addAgent: () => eks.addAddon(CLUSTER, { addonName: AGENT_ADDON }),
    deny: (operation) => eks.troubles.deny(operation),
    throttle: () => eks.troubles.failNext('describe', 'aws.throttled'),
    failSecondPage: () => eks.troubles.failNext('list', 'aws.unavailable', { after: 1 }),
    loseNextAnswer: (operation) => eks.troubles.loseNextAnswer(operation),
    staleFor: (milliseconds) => eks.staleFor(milliseconds),
    passTime(milliseconds) {
      clock.jump(milliseconds);
    },
    calm: () => undefined,
    abortDuringDescribe: (controller) => eks.troubles.beforeNext('describe', () => controller.abort()),
    stop: () => Promise.resolve(),
  };
}
