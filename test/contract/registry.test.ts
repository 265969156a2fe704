import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDynamo, NO_DYNAMO } from '#test/builders/running-dynoxide.ts';
import { FakeRegistry } from '#test/fakes/fake-registry.ts';
import { type DynamoWorlds, dynamoWorlds } from './dynamo-world.ts';
import { registryContract } from './registry.contract.ts';

registryContract('in memory', async () => {
  const registry = new FakeRegistry();
  return { registry, outbox: async () => [...registry.outbox], stop: async () => undefined };
});

if (findDynamo()) {
  let worlds: DynamoWorlds;
  beforeAll(async () => {
    worlds = await dynamoWorlds();
  });
  afterAll(() => worlds.stop());
  registryContract('in DynamoDB', async () => await worlds.start());
} else {
  describe.skip(`registry: in DynamoDB (${NO_DYNAMO})`, () => {
    it('cannot be shown here', () => expect(NO_DYNAMO).toBe(''));
  });
}
