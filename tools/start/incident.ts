import type { PodIdentityAssociation } from '@aws-sdk/client-eks';
import { formatKey, type ServiceAccountKey } from '#shared/domain/key.ts';
import type { Person, Spot } from './people.ts';
import type { Stage } from './stage.ts';

/** Something that people do behind Rolecall's back, and what must come of it. */
export interface Incident {
  /** `dana gives orders/api another role`. */
  readonly title: string;
  /** As CloudTrail will name them. */
  readonly who: string;
  readonly at: Spot;
  readonly key: ServiceAccountKey;
  /** How it ends, in a word or two, for the summary. */
  readonly ends: string;
  /** What Rolecall cannot end: somebody has to do something. */
  readonly staysOpen?: true;
  /** By how much the sandbox's clock is moved on while it is played, each time, milliseconds. */
  readonly pausesMs?: readonly number[];
  play(stage: Scene, person: Actor): Promise<void>;
}

/** What an incident needs of the stage that it is played on. */
export type Scene = Pick<Stage, 'does' | 'say' | 'until' | 'holds' | 'passTime'>;

/** What an incident needs of the person who causes it. */
export type Actor = Pick<Person, 'find' | 'swapRole' | 'remove' | 'create' | 'trustOf' | 'setTrust'>;

const PROD_SHOP: Spot = { account: '111122223333', region: 'eu-west-1', cluster: 'shop-prod-euw1' };
const PROD_PAY: Spot = { account: '111122223333', region: 'eu-west-1', cluster: 'pay-prod-euw1' };
const PROD_PAY_US: Spot = { account: '111122223333', region: 'us-east-1', cluster: 'pay-prod-use1' };
const STAGE_SHOP: Spot = { account: '444455556666', region: 'eu-west-1', cluster: 'shop-stage-euw1' };
const DATA: Spot = { account: '777788889999', region: 'eu-west-1', cluster: 'data-prod-euw1' };

const roleIn = ({ account }: Spot, name: string) => `arn:aws:iam::${account}:role/${name}`;
const sa = (namespace: string, serviceAccount: string): ServiceAccountKey => ({ namespace, serviceAccount });
const MINUTE_MS = 60_000;

const swapped: Incident = {
  title: 'Somebody gives a service account another role.',
  who: 'dana',
  at: PROD_SHOP,
  key: sa('orders', 'api'),
  ends: 'put back',
  async play(stage, person) {
    const before = await there(person, this);
    await swap(stage, person, this, 'orders-legacy');
    await stage.until('AssociationRepaired');
    await stage.holds(before);
  },
};

const deleted: Incident = {
  title: 'Somebody deletes an association.',
  who: 'ci-deploy',
  at: PROD_PAY,
  key: sa('payments', 'api'),
  ends: 'made again',
  async play(stage, person) {
    const before = await there(person, this);
    await remove(stage, person, this);
    await stage.until('AssociationRepaired');
    await stage.holds(before);
  },
};

const replaced: Incident = {
  title: 'Somebody deletes one and makes it anew, with another role.',
  who: 'omar',
  at: PROD_PAY_US,
  key: sa('ledger', 'api'),
  ends: 'put back',
  async play(stage, person) {
    const before = await there(person, this);
    await remove(stage, person, this);
    const role = roleIn(this.at, 'ledger-writer-prod');
    await stage.does(createWords(this, role), async () => {
      await person.create(this.at.cluster, this.key, role);
    });
    await stage.until('AssociationRepaired');
    await stage.holds(before);
  },
};

const untrusted: Incident = {
  title: 'Somebody breaks the trust policy of a role.',
  who: 'lee',
  at: PROD_SHOP,
  key: sa('search', 'api'),
  ends: 'told what to add; ended when it was added',
  async play(stage, person) {
    const role = 'search-api-prod';
    const trust = await person.trustOf(role);
    const broken = JSON.stringify({ Version: '2012-10-17', Statement: [ONLY_LAMBDA] });
    const words = (document: string) => [
      ...['aws', 'iam', 'update-assume-role-policy', '--role-name', role],
      ...['--policy-document', document],
    ];
    await stage.does(words(broken), () => person.setTrust(role, broken));
    await stage.until('FindingOpened');
    stage.say('Rolecall writes no IAM: it says what to add. They put it right.');
    await stage.does(words(JSON.stringify(JSON.parse(trust))), () => person.setTrust(role, trust));
    await stage.until('FindingResolved');
  },
};

const ONLY_LAMBDA = {
  Effect: 'Allow',
  Principal: { Service: 'lambda.amazonaws.com' },
  Action: 'sts:AssumeRole',
};

const rogue: Incident = {
  title: 'Somebody binds a mighty role where no mapping wishes for anything.',
  who: 'kim',
  at: DATA,
  key: sa('adhoc', 'notebook-kim'),
  ends: 'told, and left alone',
  async play(stage, person) {
    const role = roleIn(this.at, 'ml-admin');
    await stage.does(createWords(this, role), async () => {
      await person.create(this.at.cluster, this.key, role);
    });
    await stage.until('FindingOpened');
    await stage.holds(await there(person, this), 'it is not ours, so nobody touched it');
  },
};

const fought: Incident = {
  title: 'Something fights back: each time it is put right, it is changed again.',
  who: 'legacy-sync',
  at: STAGE_SHOP,
  key: sa('orders', 'fulfilment'),
  ends: 'contested: a person is told by name',
  staysOpen: true,
  pausesMs: [MINUTE_MS, MINUTE_MS],
  async play(stage, person) {
    for (const pauseMs of this.pausesMs ?? []) {
      await swap(stage, person, this, 'accounts-legacy');
      await stage.until('AssociationRepaired');
      await stage.passTime(pauseMs);
    }
    await swap(stage, person, this, 'accounts-legacy');
    await stage.until('FindingOpened', 'contested');
  },
};

/** In the order in which they are played. */
export const INCIDENTS: readonly Incident[] = [swapped, deleted, replaced, untrusted, rogue, fought];

async function there(person: Actor, { at, key }: Incident): Promise<PodIdentityAssociation> {
  const found = await person.find(at.cluster, key);
  if (!found) throw new Error(`there is no association of ${formatKey(key)} on ${at.cluster}`);
  return found;
}

async function swap(stage: Scene, person: Actor, incident: Incident, roleName: string): Promise<void> {
  const { at, key } = incident;
  const { associationId = '' } = await there(person, { ...incident, at, key });
  const role = roleIn(at, roleName);
  await stage.does(
    eksWords('update-pod-identity-association', incident, [
      '--association-id',
      associationId,
      '--role-arn',
      role,
    ]),
    () => person.swapRole(at.cluster, associationId, role),
  );
}

async function remove(stage: Scene, person: Actor, incident: Incident): Promise<void> {
  const { associationId = '' } = await there(person, incident);
  await stage.does(
    eksWords('delete-pod-identity-association', incident, ['--association-id', associationId]),
    () => person.remove(incident.at.cluster, associationId),
  );
}

function createWords(incident: Incident, roleArn: string): readonly string[] {
  const { namespace, serviceAccount } = incident.key;
  return eksWords('create-pod-identity-association', incident, [
    ...['--namespace', namespace, '--service-account', serviceAccount],
    ...['--role-arn', roleArn],
  ]);
}

function eksWords(operation: string, { at }: Incident, rest: readonly string[]): readonly string[] {
  return ['aws', 'eks', operation, '--cluster-name', at.cluster, '--region', at.region, ...rest];
}
