import { assumeRole } from './assume-role.ts';
import { getCallerIdentity } from './get-caller-identity.ts';

/** Every STS operation that the sandbox knows. */
export const stsOperations = [assumeRole, getCallerIdentity] as const;
