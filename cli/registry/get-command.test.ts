import { beforeEach, describe, expect, it } from 'vitest';
import { firstRevision } from '#shared/domain/registry/mapping-item.ts';
import { AppError } from '#shared/ports/app-error.ts';
import { ALICE, CliRegistry } from '#test/builders/a-cli-registry.ts';
import { aMapping, aTarget } from '#test/builders/a-mapping.ts';
import { aClusterItem, aDesired, aFinding, anAssociationItem } from '#test/builders/registry-items.ts';
import { NOON } from '#test/fakes/manual-clock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LAB = 'arn:aws:eks:us-east-1:444455556666:cluster/lab-1';

let cli: CliRegistry;
beforeEach(() => {
  cli = new CliRegistry();
});

async function aFleet(): Promise<void> {
  const prod = aClusterItem(
    { labels: { env: 'prod', tier: 'gold' } },
    { agent: { kind: 'ready' }, associations: 212, access: { kind: 'ok', at: NOON - 5 * MINUTE } },
  );
  const lab = aClusterItem(
    { name: 'lab-1', account: '444455556666', region: 'us-east-1', labels: { env: 'lab' }, mode: 'observe' },
    {
      enrolment: { state: 'enrolling', at: NOON - 3 * HOUR, by: 'enrol-cluster' },
      access: { kind: 'failed', code: 'aws.accessDenied', at: NOON - 7 * MINUTE },
    },
  );
  const record = { associationId: 'a-00000000000000001', origin: 'created', observedRevision: '1' } as const;
  const drifted = { roleDrift: { firstSeenAt: NOON - MINUTE } };
  const ledger = { namespace: 'payments', serviceAccount: 'ledger' };
  const stray = { namespace: 'batch', serviceAccount: 'runner' };
  const { desired: _, ...unwished } = anAssociationItem(stray);
  await cli.put({ put: [prod, lab] });
  await cli.put({
    put: [
      anAssociationItem({ record, observedAt: NOON - 3 * HOUR }),
      anAssociationItem({ ...ledger, record, observedAt: NOON - MINUTE, findings: drifted }),
      anAssociationItem({
        namespace: 'web',
        serviceAccount: 'front',
        desired: aDesired({ mode: 'observe' }),
      }),
      { ...unwished, record: { ...record, origin: 'seen', finding: 'foreign' }, observedAt: NOON - HOUR },
    ],
    findings: [
      aFinding({
        id: 'roleDrift/payments/ledger',
        key: ledger,
        firstSeenAt: NOON - MINUTE,
        cause: { principal: ALICE, eventId: 'e-1', at: NOON - MINUTE },
        causeKey: 'event/e-1',
      }),
      aFinding({ clusterArn: LAB, id: 'agentMissing', kind: 'agentMissing', firstSeenAt: NOON - 2 * HOUR }),
      aFinding({ id: 'missing/web/old', kind: 'missing', status: 'resolved', endedAt: NOON - HOUR }),
    ],
  });
}

async function someMappings(): Promise<void> {
  const by = { by: ALICE, why: 'first', at: NOON - 26 * HOUR };
  const prodOnly = aTarget({ clusters: { matchLabels: { env: 'prod' } } });
  const mappings = [
    aMapping(),
    aMapping({
      key: { serviceAccount: 'ledger' },
      expires: '2027-03-31',
      mode: 'observe',
      targets: [prodOnly],
    }),
  ];
  const made = mappings.map((mapping) => firstRevision(mapping, by));
  await cli.put({ put: made.map(({ item }) => item), revisions: made.map(({ revision }) => revision) });
}

describe('rolecall get', () => {
  it('lists clusters: what could not be read says so', async () => {
    await aFleet();
    expect(await cli.run('get clusters')).toEqual({
      exitCode: 0,
      stderr: '',
      asked: [],
      stdout: `NAME    ACCOUNT       REGION     MODE     STATUS     AGENT  READ           ASSOCIATIONS  AGE
prod-1  111122223333  eu-west-1  enforce  enrolled   ready  5m ago         212           0s
lab-1   444455556666  us-east-1  observe  enrolling  -      failed 7m ago  -             3h
`,
    });
  });

  it('lists mappings', async () => {
    await someMappings();
    const { stdout } = await cli.run('get mappings');
    expect(stdout).toBe(`NAME                     TEAM      MODE     REVISION  TARGETS  EXPIRES     AGE
default/payments/api     payments  enforce  1         1        -           26h
default/payments/ledger  payments  observe  1         1        2027-03-31  26h
`);
  });

  it('lists associations, each with how it stands and when that was seen', async () => {
    await aFleet();
    const { stdout } = await cli.run('get associations --cluster prod-1');
    expect(stdout).toBe(`CLUSTER  SERVICE ACCOUNT  STATUS          MODE     REVISION  ROLE          CHECKED
prod-1   batch/runner     another tool's  -        -         -             60m ago
prod-1   payments/api     in line         enforce  1         payments-api  3h ago
prod-1   payments/ledger  roleDrift       enforce  1         payments-api  60s ago
prod-1   web/front        pending         observe  1         payments-api  -
`);
  });

  it('lists findings, open ones unless told otherwise, newest first', async () => {
    await aFleet();
    const { stdout } = await cli.run('get findings');
    expect(stdout).toBe(`SEVERITY  CLUSTER  FINDING                    STATUS  BY             AGE
high      prod-1   roleDrift/payments/ledger  open    alice (Admin)  60s
high      lab-1    agentMissing               open    -              2h
`);
  });

  it.each([
    { words: 'findings', says: '1 cluster was never read, so nothing was checked there: lab-1.\n' },
    {
      words: 'associations -o wide',
      says: '1 cluster was never read, so nothing was checked there: lab-1.\n',
    },
    { words: 'findings -l env=prod', says: '' },
    { words: 'findings --status repaired', says: 'There are no such findings.\n' },
    { words: 'associations -o name', says: '' },
    { words: 'clusters', says: '' },
  ])(
    'says where nothing was checked, which is not the same as nothing found: $words',
    async ({ words, says }) => {
      await aFleet();
      expect((await cli.run(`get ${words}`)).stderr).toBe(says);
    },
  );

  it('takes an association that is to be gone for in line only where somebody has looked', async () => {
    const desired = { ...aDesired(), kind: 'absent' } as const;
    const { desired: _, ...nothing } = anAssociationItem();
    await cli.put({ put: [aClusterItem(), { ...nothing, desired }] });
    expect((await cli.run('get associations')).stdout).toContain('payments/api     pending');
    const read = aClusterItem({}, { version: 1, bucketsVerifiedAt: Array.from({ length: 24 }, () => NOON) });
    await cli.put({ put: [read] });
    expect((await cli.run('get associations')).stdout).toContain('payments/api     in line');
  });

  it.each([
    { when: 'nobody has looked since', lastWriteAt: NOON - 6_000, says: 'settling, 9s left' },
    { when: 'it was seen since', lastWriteAt: NOON - 6_000, seenAt: NOON - 2_000, says: 'in line' },
    { when: 'that is long ago', lastWriteAt: NOON - 15_000, says: 'in line' },
    { when: 'nobody knows how it ended', intent: { at: NOON - 1_000 }, says: 'settling, 14s left' },
  ])('does not call in line what we wrote a moment ago when $when: $says', async (row) => {
    const { lastWriteAt, seenAt = NOON - HOUR, intent, says } = row;
    const written = lastWriteAt === undefined ? {} : { lastWriteAt };
    const record = {
      associationId: 'a-1',
      origin: 'created',
      observedRevision: '1',
      ...written,
    } as const;
    const under = intent ? { intent: { kind: 'update', token: 't', ...intent } as const } : {};
    await cli.put({ put: [aClusterItem(), anAssociationItem({ record, observedAt: seenAt, ...under })] });
    expect((await cli.run('get associations')).stdout).toContain(`payments/api     ${says} `);
    const listed = await cli.run('get associations --status settling -o name');
    expect(listed.stdout).toBe(says.startsWith('settling') ? 'prod-1/payments/api\n' : '');
  });

  it.each([
    { words: 'clusters -l env=prod', names: ['prod-1'] },
    { words: 'clusters -l env!=prod', names: ['lab-1'] },
    { words: 'clusters -l tier,env=prod', names: ['prod-1'] },
    { words: 'clusters -l !tier', names: ['lab-1'] },
    { words: 'clusters --status enrolling', names: ['lab-1'] },
    { words: `clusters --cluster ${LAB}`, names: ['lab-1'] },
    { words: 'cluster --cluster prod-1', names: ['prod-1'] },
    { words: 'mappings --cluster lab-1', names: ['default/payments/api'] },
    { words: 'mappings -l env=prod', names: ['default/payments/api', 'default/payments/ledger'] },
    { words: 'associations --status findings', names: ['prod-1/payments/ledger'] },
    { words: 'associations --status foreign', names: ['prod-1/batch/runner'] },
    { words: 'associations -l env=lab', names: [] },
    { words: 'findings --status resolved', names: ['prod-1/missing/web/old'] },
    { words: 'findings --cluster lab-1', names: ['lab-1/agentMissing'] },
    { words: 'findings --cause event/e-1 --limit 1', names: ['prod-1/roleDrift/payments/ledger'] },
    { words: 'findings --cause event/e-2 --status all', names: [] },
    {
      words: 'findings --status all',
      names: ['prod-1/roleDrift/payments/ledger', 'lab-1/agentMissing', 'prod-1/missing/web/old'],
    },
  ])('finds by $words', async ({ words, names }) => {
    await aFleet();
    await someMappings();
    const { exitCode, stdout } = await cli.run(`get ${words} -o name`);
    expect({ exitCode, names: stdout.split('\n').slice(0, -1) }).toEqual({ exitCode: 0, names });
  });

  it('says when there is more, and when there is nothing', async () => {
    await aFleet();
    const limited = await cli.run('get associations --limit 2 -o name');
    expect(limited.stdout).toBe('prod-1/batch/runner\nprod-1/payments/api\n');
    expect(limited.stderr).toBe('There are more than these 2 rows: raise --limit.\n');
    expect((await cli.run('get associations --limit 4 -o name')).stderr).toBe('');
    expect(await cli.run('get findings --status waived')).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: 'There are no such findings.\n',
    });
  });

  it('tells programs all it knows, with times that they can read', async () => {
    await aFleet();
    const { stdout } = await cli.run('get findings --cluster prod-1 -o json');
    expect(JSON.parse(stdout)).toEqual({
      apiVersion: 'rolecall.dev/v1',
      kind: 'FindingList',
      more: false,
      items: [
        {
          clusterName: 'prod-1',
          clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-1',
          id: 'roleDrift/payments/ledger',
          kind: 'roleDrift',
          severity: 'high',
          status: 'open',
          key: { namespace: 'payments', serviceAccount: 'ledger' },
          message: 'role is other',
          firstSeenAt: '2026-11-20T11:59:00.000Z',
          lastSeenAt: '2026-11-20T12:00:00.000Z',
          cause: { principal: ALICE, eventId: 'e-1', at: '2026-11-20T11:59:00.000Z' },
          causeKey: 'event/e-1',
        },
      ],
    });
  });

  it.each([
    { words: 'get mappings --status open', says: 'mappings have no status open\n  leave out --status' },
    {
      words: 'get clusters --cause event/e-1',
      says: 'clusters have no cause\n  leave out --cause, or get findings',
    },
    { words: 'get findings --status closed', says: 'it is one of open, waived, repaired, resolved and all' },
    { words: 'get clusters -l env=a=b', says: 'write label=value, label!=value' },
    { words: 'get clusters --cluster prod1', says: 'knows no cluster prod1\n  did you mean prod-1?' },
    { words: 'get pods', says: 'Allowed choices are clusters, mappings, associations, findings' },
    { words: 'get clusters --installation a/b', says: 'no installation can be called "a/b"' },
  ])('refuses $words', async ({ words, says }) => {
    await aFleet();
    const { exitCode, stdout, stderr } = await cli.run(words);
    expect(stderr).toContain(says);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  });

  it('takes the installation from the option, the environment, or production', async () => {
    const env = { ROLECALL_INSTALLATION: 'staging' };
    await cli.run('get clusters');
    await cli.run('get clusters', { env });
    await cli.run('get clusters --installation lab --region us-east-1 --profile hub', { env });
    expect(cli.addresses).toEqual([
      { installation: 'production', region: undefined, profile: undefined },
      { installation: 'staging', region: undefined, profile: undefined },
      { installation: 'lab', region: 'us-east-1', profile: 'hub' },
    ]);
  });

  it.each([
    {
      error: new AppError(
        'aws.refused',
        'dynamodb:Query of byKind (eu-west-1): ResourceNotFoundException: no',
        {
          retryable: false,
        },
      ),
      says: `error: there is no table rolecall-production-registry in eu-west-1: is Rolecall deployed here?
  check --region, --profile and --installation (now production), or deploy it: npx sst deploy --stage production
`,
    },
    {
      error: new AppError('aws.accessDenied', 'dynamodb:Query of byKind (eu-west-1): not authorized', {
        retryable: false,
      }),
      says: `error: dynamodb:Query of byKind (eu-west-1): not authorized
  have dynamodb:Query allowed for these credentials, or use others (--profile)
`,
    },
  ])('says why it cannot read: $error.code', async ({ error, says }) => {
    cli.registry.failNext(error);
    expect(await cli.run('get clusters')).toMatchObject({ exitCode: 1, stdout: '', stderr: says });
  });
});
