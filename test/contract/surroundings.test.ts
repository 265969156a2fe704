import { startFakeWorld } from './fake-world.ts';
import { startSandboxWorld } from './sandbox-world.ts';
import { surroundingsContract } from './surroundings.contract.ts';

surroundingsContract('the fakes', startFakeWorld);
surroundingsContract('the AWS adapters on the sandbox', startSandboxWorld);
