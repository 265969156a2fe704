import { expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

const FIELDS = ['clusters', 'roleArn', 'targetRoleArn', 'disableSessionTags', 'policy', 'tags', 'takeover'];

it.each([
  { written: 'rolearn', near: 'roleArn' },
  { written: 'role_arn', near: 'roleArn' },
  { written: 'role', near: 'roleArn' },
  { written: 'disableSesionTag', near: 'disableSessionTags' },
  { written: 'cluster', near: 'clusters' },
  { written: 'polciy', near: 'policy' },
  { written: 'tag', near: 'tags' },
  { written: 'ta', near: undefined },
  { written: 'expires', near: undefined },
  { written: '', near: undefined },
])('takes $written for $near', ({ written, near }) => {
  expect(nearestName(written, FIELDS)).toBe(near);
});
