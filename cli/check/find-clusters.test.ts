import { describe, expect, it } from 'vitest';
import type { ClusterReport } from '#shared/app/fleet/check-fleet.ts';
import type { PlaceReaders } from '#shared/app/fleet/fleet.ts';
import { AppError } from '#shared/ports/app-error.ts';
import { FakeEks } from '#test/fakes/fake-eks.ts';
import { FakeRoles } from '#test/fakes/fake-roles.ts';
import { ManualClock } from '#test/fakes/manual-clock.ts';
import { settleAbsent } from './find-clusters.ts';

const place = (region: string) => ({ partition: 'aws', account: '111122223333', region });
const ref = (name: string, region = 'eu-west-1') => ({ ...place(region), name });

function places(...names: string[]): readonly PlaceReaders[] {
  const eks = new FakeEks({ clock: new ManualClock() });
  for (const name of names) eks.addCluster(ref(name));
  const readers = {
    podIdentity: eks.reader,
    clusters: eks.clusters,
    addons: eks.addons,
    roles: new FakeRoles(),
  };
  return [
    { ...readers, place: place('eu-west-1') },
    { ...readers, place: place('us-east-1') },
  ];
}

const none = (name: string, region?: string): ClusterReport => ({
  kind: 'none',
  ref: ref(name, region),
  calls: {},
});
const unread = (name: string, region?: string): ClusterReport => ({
  kind: 'unread',
  ref: ref(name, region),
  failure: new AppError('aws.accessDenied', 'no', { retryable: false }),
  calls: {},
});

describe('settleAbsent', () => {
  it('wants a name somewhere, not everywhere; where it may be, it is unknown and not absent', async () => {
    const reports = [none('prod-1'), unread('prod-1', 'us-east-1')];
    expect(await settleAbsent(reports, places(), {})).toEqual([{ report: reports[1] }]);
  });

  it.each([
    {
      there: ['prod-1', 'stage-1'],
      says: 'there is no cluster prod1 in any of 2 accounts and regions: did you mean prod-1?',
    },
    {
      there: ['omega', 'zeta'],
      says: 'there is no cluster prod1 in any of 2 accounts and regions: there is omega and zeta',
    },
    {
      there: [],
      says: 'there is no cluster prod1 in any of 2 accounts and regions: there is none at all that these credentials can see',
    },
  ])('tells a name that is nowhere once: $says', async ({ there, says }) => {
    const facts = await settleAbsent([none('prod1'), none('prod1', 'us-east-1')], places(...there), {});
    expect(facts.map(({ absence }) => absence)).toEqual([says]);
  });
});
