import { beforeEach, describe, expect, it } from 'vitest';
import { loadManifests } from '#shared/app/registry/load-manifests.ts';
import type { EnrolmentRule } from '#shared/domain/registry/enrolment.ts';
import { withRules } from '#shared/domain/registry/enrolment-rules.ts';
import { AppError } from '#shared/ports/app-error.ts';
import { ALICE, CliRegistry } from '#test/builders/a-cli-registry.ts';
import { aCluster } from '#test/builders/a-cluster.ts';
import { Hub } from '#test/builders/a-hub.ts';
import { aMapping } from '#test/builders/a-mapping.ts';
import { RegistryReconcileWorld } from '#test/builders/a-registry-world.ts';
import { FakeRegistry } from '#test/fakes/fake-registry.ts';
import { ManualClock, settle } from '#test/fakes/manual-clock.ts';

const HERE = '--account 111122223333 --in-region eu-west-1';

/** A hub that knows nobody, and the CLI over its registry. Time passes for both while the CLI waits. */
class Place {
  readonly hub = new Hub(new RegistryReconcileWorld(new FakeRegistry(), { name: 'c1' }));
  readonly clock = new ManualClock();
  readonly cli = new CliRegistry({ registry: this.hub.world.registry, clock: this.clock });

  add(name: string, given: Parameters<Hub['world']['eks']['addCluster']>[1] = {}): void {
    const cluster = aCluster({ name });
    this.hub.world.eks.addCluster(cluster, { createdAt: cluster.createdAt, ...given });
  }

  /** Runs `rolecall enrol`; the hub works whenever the command sleeps. */
  async enrol(words: string, options: Parameters<CliRegistry['run']>[1] = {}) {
    const running = this.cli.run(`enrol ${words}`, options);
    let over = false;
    void running.then(() => {
      over = true;
    });
    while (!over) {
      await settle();
      // What the command needs is still being loaded.
      if (this.clock.asleep === 0) continue;
      await this.work();
      this.hub.world.clock.jump(2_000);
      await this.clock.advance(2_000);
    }
    return await running;
  }

  /** The hub does what it was told to. */
  async work(): Promise<void> {
    await this.hub.dispatch();
    await this.hub.settle();
  }

  async modes(): Promise<readonly string[]> {
    const { items } = await this.hub.world.registry.clusters();
    return items.map(({ cluster, enrolment }) => `${cluster.name} ${enrolment.state} ${cluster.mode}`);
  }

  async putRule(rule: EnrolmentRule): Promise<void> {
    const asked = { by: 'alice', why: 'first', at: this.clock.now() };
    await this.cli.put({ put: [withRules(undefined, [rule], asked)] });
  }
}

let place: Place;
beforeEach(() => {
  place = new Place();
});

describe('rolecall enrol', () => {
  it('has every cluster of an account and region enrolled, each by its rule', async () => {
    place.add('lab-1', { tags: { env: 'lab' } });
    await place.putRule({
      name: 'lab',
      priority: 10,
      clusters: { matchLabels: { env: 'lab' } },
      mode: 'enforce',
    });
    const { exitCode, stdout, stderr } = await place.enrol(`${HERE} --reason OPS-7`);
    expect(stdout).toBe(`CLUSTER  ACCOUNT       REGION     RESULT    MODE     ASKED   DETAIL
c1       111122223333  eu-west-1  enrolled  observe  2s ago  -
lab-1    111122223333  eu-west-1  enrolled  enforce  2s ago  mode by rule lab
`);
    expect(stderr).toBe(`Asked the hub to enrol every cluster of 1 account and region.
2 enrolled
  look at what it found (rolecall get findings), then let it write: rolecall mode enforce CLUSTER --reason '...'
`);
    expect(exitCode).toBe(0);
    expect(await place.modes()).toEqual(['c1 enrolled observe', 'lab-1 enrolled enforce']);
  });

  it('writes down who asked and why, for the fleet and for the cluster', async () => {
    await place.enrol(`c1 ${HERE} --reason OPS-7`);
    const { registry, cluster } = place.hub.world;
    expect((await registry.auditOfCluster(undefined)).items).toMatchObject([
      { action: 'enrolmentRequested', by: ALICE, why: 'OPS-7', detail: 'c1 of 111122223333 in eu-west-1' },
    ]);
    const entries = (await registry.auditOfCluster(cluster.arn)).items;
    expect(entries.find(({ action }) => action === 'clusterEnrolled')).toMatchObject({
      by: ALICE,
      why: 'OPS-7',
      detail: 'mode observe',
    });
  });

  it('releases what is loaded, and looks: what differs is told, nothing is written', async () => {
    await loadManifests(place.hub.world.deps, [aMapping()], { by: 'alice', why: 'first' });
    await place.enrol(HERE);
    expect(await place.hub.world.findings()).toMatchObject([{ id: 'missing/payments/api', status: 'open' }]);
    expect(place.hub.world.find('payments/api')).toBeUndefined();
  });

  it('of one that is known keeps the mode, however often it is asked', async () => {
    await place.enrol(HERE);
    expect((await place.cli.run('mode enforce c1 --yes --reason OPS-7')).exitCode).toBe(0);
    const { exitCode, stdout } = await place.enrol(HERE);
    expect(stdout).toMatch(/^c1 .* known before {2}enforce {2}\d+s ago {2}keeps its mode$/m);
    expect(exitCode).toBe(0);
    expect(await place.modes()).toEqual(['c1 enrolled enforce']);
  });

  it('enrols the others when one cannot be', async () => {
    place.add('broken', { status: 'FAILED' });
    const { exitCode, stdout } = await place.enrol(HERE);
    expect(stdout).toMatch(/^broken .* FAILED +- +\d+s ago {2}it is FAILED$/m);
    expect(stdout).toMatch(/^c1 .* enrolled {2}observe/m);
    expect(exitCode).toBe(1);
  });

  it('says that a cluster is not there, and what to do', async () => {
    const { exitCode, stdout, stderr } = await place.enrol(`c9 ${HERE}`);
    expect(stdout).toContain('no such cluster');
    expect(stderr).toContain('1 not there\n  check the names: aws eks list-clusters');
    expect(exitCode).toBe(1);
    expect(await place.modes()).toEqual([]);
  });

  it('takes an account that does not let the hub in for unread, never for empty, and says what to do', async () => {
    place.hub.world.eks.troubles.deny('listClusters');
    const { exitCode, stdout, stderr } = await place.enrol(HERE);
    expect(stdout).toMatch(/^- +111122223333 {2}eu-west-1 {2}NOT READ .*aws\.accessDenied: /m);
    expect(stderr).toContain('1 account and region could NOT be read: unknown is not empty\n');
    expect(stderr).toContain('111122223333: deploy stacks/spoke.yaml there (docs/deploy.md, step 3)');
    expect(exitCode).toBe(1);
    expect(place.hub.enrol.depth).toBe(0);
    const listed = await place.cli.run('get enrolments -o json');
    expect(JSON.parse(listed.stdout)).toMatchObject({
      kind: 'EnrolmentList',
      items: [{ account: '111122223333', state: 'unreadable', code: 'aws.accessDenied', by: ALICE }],
    });
  });

  it('goes on while AWS is away, and tells so', async () => {
    const { eks } = place.hub.world;
    eks.troubles.failNext(
      'listClusters',
      new AppError('aws.unavailable', 'EKS is away', { retryable: true }),
    );
    const { exitCode, stdout } = await place.enrol(HERE);
    expect(stdout).toMatch(/^c1 .* enrolled {2}observe/m);
    expect(exitCode).toBe(0);
  });

  it('waits for a cluster that EKS is making', async () => {
    place.add('c1', { status: 'CREATING' });
    const running = place.enrol(HERE);
    while (!(await place.cli.run('get enrolments')).stdout.includes('it is CREATING')) await settle();
    expect((await place.cli.run('get enrolments')).stdout).toMatch(/^c1 .* waiting .* it is CREATING$/m);
    place.add('c1', { status: 'ACTIVE' });
    expect(await running).toMatchObject({ exitCode: 0 });
  });

  it('says that there are no clusters only when EKS said so', async () => {
    place.hub.world.eks.removeCluster(place.hub.world.cluster);
    const { exitCode, stdout, stderr } = await place.enrol(HERE);
    expect(stdout).toContain('no clusters');
    expect(stderr).toContain('1 account and region without clusters\n');
    expect(exitCode).toBe(0);
  });

  it('gives up waiting, and the hub goes on', async () => {
    const running = place.cli.run(`enrol ${HERE} --timeout 5s`);
    while (place.clock.asleep === 0) await settle();
    await place.clock.advance(8_000);
    const { exitCode, stdout, stderr } = await running;
    expect(stdout).toContain('asked for');
    expect(stderr).toContain('5.0 s were over (--timeout). The hub goes on: rolecall get enrolments');
    expect(stderr).toContain('rolecall-production-outbox-lost and rolecall-production-enrol-dead');
    expect(exitCode).toBe(1);
    await place.work();
    expect(await place.modes()).toEqual(['c1 enrolled observe']);
    expect((await place.cli.run('get enrolments')).stdout).toMatch(/^c1 .* enrolled {2}observe/m);
  });

  it('stops watching at Ctrl-C, and the hub goes on', async () => {
    const person = new AbortController();
    const running = place.cli.run(`enrol ${HERE}`, { signal: person.signal });
    while (place.clock.asleep === 0) await settle();
    person.abort();
    const { exitCode, stderr } = await running;
    expect(stderr).toContain('stopped watching. The hub goes on');
    expect(exitCode).toBe(1);
    await place.work();
    expect(await place.modes()).toEqual(['c1 enrolled observe']);
  });

  it('does not wait when told so', async () => {
    const { exitCode, stdout, stderr } = await place.cli.run(`enrol ${HERE} --no-wait`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
    expect(stderr).toContain('The hub is at it: rolecall get enrolments');
    await place.work();
    expect(await place.modes()).toEqual(['c1 enrolled observe']);
  });

  it.each([
    { words: '', says: 'of which account?' },
    { words: '--account 111122223333', says: 'of which region?' },
    { words: 'c1', says: 'where is c1?' },
    { words: `c1 ${HERE},us-east-1`, says: 'with names, give one --account and one --in-region' },
    { words: '--account 12 --in-region eu-west-1', says: 'Give the twelve digits of an account.' },
    { words: '--account 111122223333 --in-region Ireland', says: 'Give a region as AWS spells it' },
    {
      words: `arn:aws:eks:eu-west-1:111122223333:cluster/c1 ${HERE}`,
      says: 'an ARN says where its cluster is',
    },
    { words: 'arn:aws-cn:eks:cn-north-1:111122223333:cluster/c1', says: 'is in the partition aws-cn' },
    { words: 'arn:aws:s3:::bucket', says: 'no ARN of a cluster' },
    { words: `a/b ${HERE}`, says: 'no cluster can be called "a/b"' },
    { words: `${HERE} --timeout soon`, says: 'Give a time such as 90s, 10m or 1h.' },
  ])('refuses $words, and writes nothing', async ({ words, says }) => {
    const { exitCode, stdout, stderr } = await place.cli.run(`enrol ${words}`.trim());
    expect(stderr).toContain(says);
    expect({ exitCode, stdout, writes: place.cli.registry.writes }).toEqual({
      exitCode: 1,
      stdout: '',
      writes: 0,
    });
  });

  it('takes ARNs of several places', async () => {
    await place.cli.run([
      'enrol',
      'arn:aws:eks:eu-west-1:111122223333:cluster/c1',
      'arn:aws:eks:eu-west-1:111122223333:cluster/c2',
      'arn:aws:eks:us-east-1:444455556666:cluster/c1',
      '--no-wait',
    ]);
    const { items } = await place.cli.registry.enrolmentRequests();
    expect(items.map(({ place: { account, region }, names }) => ({ account, region, names }))).toEqual(
      expect.arrayContaining([
        { account: '111122223333', region: 'eu-west-1', names: ['c1', 'c2'] },
        { account: '444455556666', region: 'us-east-1', names: ['c1'] },
      ]),
    );
  });
});
