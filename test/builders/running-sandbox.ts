import { EKSClient } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { onTestFinished } from 'vitest';
import { type AdvanceableClock, manualClock } from '#sandbox/clock.ts';
import type { ResettableWorld } from '#sandbox/create-world.ts';
import type { IamState } from '#sandbox/iam/iam-state.ts';
import type { RoleRecord } from '#sandbox/iam/role-record.ts';
import { type SandboxOptions, startSandbox } from '#sandbox/start-sandbox.ts';
import { NOON, PODS_TRUST } from './sandbox-call.ts';

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';

/** Whom a client calls as, and where. */
export interface ClientOptions {
  /** A 12-digit one names the account. */
  readonly accessKeyId?: string;
  readonly sessionToken?: string;
  readonly region?: string;
  /** 1 unless said otherwise: a test wants to see each refusal. */
  readonly maxAttempts?: number;
}

/** A sandbox on a free port with clients for it; all is closed when the test ends. */
export interface RunningSandbox {
  readonly url: string;
  readonly world: ResettableWorld;
  readonly clock: AdvanceableClock;
  eks(options?: ClientOptions): EKSClient;
  iam(options?: ClientOptions): IAMClient;
  sts(options?: ClientOptions): STSClient;
  /** A request to the admin endpoint. */
  admin(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
}

/** Starts a sandbox whose clock stands still at noon. */
export async function aRunningSandbox(options: Partial<SandboxOptions> = {}): Promise<RunningSandbox> {
  const sandbox = await startSandbox({ port: 0, clock: manualClock(NOON), ...options });
  const { url, world } = sandbox;
  const closing: (() => unknown)[] = [() => sandbox.stop()];
  onTestFinished(async () => {
    for (const close of closing.reverse()) await close();
  });
  function open<Client extends { destroy(): void }>(client: Client): Client {
    closing.push(() => client.destroy());
    return client;
  }
  return {
    url,
    world,
    clock: world.clock,
    eks: (client) => open(new EKSClient(configOf(url, client))),
    iam: (client) => open(new IAMClient(configOf(url, client))),
    sts: (client) => open(new STSClient(configOf(url, client))),
    async admin(method, path, body) {
      const answer = await fetch(`${url}/_sandbox/${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: await answer.json() };
    },
  };
}

function configOf(endpoint: string, options: ClientOptions = {}) {
  const { accessKeyId = ACCOUNT, sessionToken, region = REGION, maxAttempts = 1 } = options;
  return {
    endpoint,
    region,
    maxAttempts,
    credentials: { accessKeyId, secretAccessKey: 'any', ...(sessionToken ? { sessionToken } : {}) },
  };
}

/** Puts a role into an account that EKS accepts for associations, unless said otherwise; answers its ARN. */
export function putRole(iam: IamState, roleName: string, changes: Partial<RoleRecord> = {}): string {
  const arn = `arn:aws:iam::${iam.account}:role/${roleName}`;
  const role: RoleRecord = {
    roleName,
    roleId: 'AROAEXAMPLEEXAMPLE234',
    path: '/',
    arn,
    createDate: NOON - 86_400_000,
    trustPolicy: PODS_TRUST,
    trustedRoleIds: {},
    maxSessionDuration: 3600,
    tags: {},
    inlinePolicies: {},
    attachedPolicyArns: [],
    ...changes,
  };
  iam.putRole(role, role.createDate);
  return role.arn;
}

/** What a call that is refused says. Fails when it is not refused. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<{ name: string; status: number; message: string }> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { name, status: $metadata?.httpStatusCode ?? 0, message };
  }
  throw new Error('it was not refused');
}
