import { startFakeWorld } from './fake-world.ts';
import { podIdentityContract } from './pod-identity.contract.ts';
import { startSandboxWorld } from './sandbox-world.ts';

podIdentityContract('the fake', startFakeWorld);
podIdentityContract('the AWS adapters on the sandbox', startSandboxWorld);
