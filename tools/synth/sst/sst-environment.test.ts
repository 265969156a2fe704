import { expect, it } from 'vitest';
import { sstEnvironment } from './sst-environment.ts';

const inherited = {
  PATH: '/usr/bin',
  HOME: '/home/somebody',
  HTTPS_PROXY: 'http://proxy:3128',
  AWS_PROFILE: 'production',
  AWS_SESSION_TOKEN: 'secret',
  SST_STAGE: 'mine',
  PULUMI_ACCESS_TOKEN: 'secret',
  EMPTY: undefined,
};
const environment = sstEnvironment(inherited, {
  configHome: '/app/.sst/offline/.home',
  endpoint: 'http://127.0.0.1:1',
  variables: { ROLECALL_RECORDING: '/r' },
});

it("lets nothing of a developer's own AWS, SST or Pulumi set-up in", () => {
  expect(Object.entries(environment).filter(([, value]) => /production|secret|mine/.test(value))).toEqual([]);
  expect(environment).toMatchObject({ AWS_ACCESS_KEY_ID: 'offline', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' });
});

it('keeps what is not of AWS, and this Node first in the path', () => {
  expect(environment).toMatchObject({
    HOME: '/home/somebody',
    HTTPS_PROXY: 'http://proxy:3128',
    ROLECALL_RECORDING: '/r',
  });
  expect(environment['PATH']).toMatch(/.+:\/usr\/bin$/);
});

it("keeps SST out of the user's home, and its helpers from being downloaded", () => {
  expect(environment).toMatchObject({
    XDG_CONFIG_HOME: '/app/.sst/offline/.home',
    SST_SKIP_DEPENDENCY_CHECK: '1',
    SST_NO_BUN: '1',
    SST_TELEMETRY_DISABLED: '1',
  });
});
