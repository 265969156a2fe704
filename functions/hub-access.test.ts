import { expect, it } from 'vitest';
import { hubAccess, hubOptions, throttledAnswers } from './hub-access.ts';
import { spokeAccess } from './spoke-access.ts';

it('counts what asks us to slow down in the hub and in all spokes together', () => {
  const hub = hubAccess();
  const role = { roleName: 'r', externalId: 'x', sessionName: 's', environment: { AWS_REGION: 'eu-west-1' } };
  const { eks } = spokeAccess(hub, role);
  const before = throttledAnswers();
  for (const { options } of [hub, eks.access]) options.counter.throttled?.('eks:ListClusters');
  expect(throttledAnswers() - before).toBe(2);
  expect(hubOptions.counter.throttledAnswers).toBe(throttledAnswers);
});
