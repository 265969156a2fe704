import { describe, expect, it } from 'vitest';
import { Recorder, type Registration } from './recorder.ts';

const WORLD = { account: '111122223333', partition: 'aws', region: 'eu-west-1' };
const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

function aRegistration(changes: Partial<Registration>): Registration {
  return {
    kind: 'register',
    type: 'aws:sqs/queue:Queue',
    name: 'WorkQueue',
    custom: true,
    inputs: { name: 'work' },
    ignoreChanges: [],
    retainOnDelete: false,
    dependencies: [],
    ...changes,
  };
}

const aRecorder = () => new Recorder('app', 'test', WORLD);

describe('Recorder', () => {
  it('answers as AWS would, with ids and ARNs', () => {
    expect(aRecorder().record(aRegistration({}))).toMatchObject({
      urn: 'urn:pulumi:test::app::aws:sqs/queue:Queue::WorkQueue',
      id: 'https://sqs.eu-west-1.amazonaws.com/111122223333/work',
      outputs: { arn: 'arn:aws:sqs:eu-west-1:111122223333:work' },
    });
  });

  it("puts a resource into its provider's region", () => {
    const recorder = aRecorder();
    const provider = recorder.record(
      aRegistration({ type: 'pulumi:providers:aws', name: 'UsEast1', inputs: { region: 'us-east-1' } }),
    );
    const queue = recorder.record(aRegistration({ provider: `${provider.urn}::${provider.id}` }));
    expect(queue).toMatchObject({
      region: 'us-east-1',
      outputs: { arn: 'arn:aws:sqs:us-east-1:111122223333:work' },
    });
  });

  it("names a child after its parents' types, but not after the stack", () => {
    const recorder = aRecorder();
    const stack = recorder.record(
      aRegistration({ type: 'pulumi:pulumi:Stack', name: 'app-test', custom: false }),
    );
    const component = recorder.record(
      aRegistration({ type: 'sst:aws:Queue', name: 'Work', custom: false, parent: stack.urn }),
    );
    const queue = recorder.record(aRegistration({ parent: component.urn }));
    expect(component.urn).toBe('urn:pulumi:test::app::sst:aws:Queue::Work');
    expect(queue.urn).toBe('urn:pulumi:test::app::sst:aws:Queue$aws:sqs/queue:Queue::WorkQueue');
  });

  it('keeps what a component says of itself', () => {
    const recorder = aRecorder();
    const component = recorder.record(aRegistration({ type: 'sst:aws:Queue', custom: false }));
    recorder.conclude(component.urn, { url: 'https://queue' });
    expect(recorder.resources[0]?.outputs).toEqual({ url: 'https://queue' });
  });

  it.each([
    {
      when: 'a resource type that the model does not know',
      asked: aRegistration({ type: 'aws:kms/key:Key', name: 'Secret' }),
      says: 'does not know aws:kms/key:Key (resource Secret)',
    },
    {
      when: 'an input that nobody could compute',
      asked: aRegistration({ inputs: { name: 'work', policy: { from: [UNKNOWN] } } }),
      says: '"policy" cannot be known offline',
    },
    {
      when: 'an id that comes out empty',
      asked: aRegistration({
        type: 'aws:cloudwatch/eventBusPolicy:EventBusPolicy',
        inputs: { eventBusName: '' },
      }),
      says: 'empty id',
    },
  ])('throws on $when', ({ asked, says }) => {
    expect(() => aRecorder().record(asked)).toThrow(says);
  });

  it('throws when two resources have one name', () => {
    const recorder = aRecorder();
    recorder.record(aRegistration({}));
    expect(() => recorder.record(aRegistration({}))).toThrow('WorkQueue');
  });

  it('throws, naming it, on a question that the model cannot answer', () => {
    expect(() => aRecorder().invoke('aws:ec2/getAmi:getAmi', {}, undefined)).toThrow('aws:ec2/getAmi:getAmi');
  });

  it('answers who and where the deployer is', () => {
    const recorder = aRecorder();
    expect(recorder.invoke('aws:index/getCallerIdentity:getCallerIdentity', {}, '')).toMatchObject({
      accountId: '111122223333',
    });
    expect(recorder.invoke('aws:index/getRegion:getRegion', {}, '')).toMatchObject({ region: 'eu-west-1' });
  });
});
