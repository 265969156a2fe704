import { ADMIN_PREFIX, type Administered, answerAdmin } from './admin/admin-endpoint.ts';
import type { CallCounts } from './call-counter.ts';
import { CallHandler, type CallSurroundings } from './call-handler.ts';
import type { Clock } from './clock.ts';
import type { Authorize } from './cloud/access.ts';
import type { Cloud } from './cloud/cloud.ts';
import type { CloudCalls } from './cloud/cloud-calls.ts';
import { createWorld, type ResettableWorld, type WorldOptions } from './create-world.ts';
import { type Delivery, startHttpServer } from './http-server.ts';
import type { SwitchesInput } from './switches.ts';
import type { WireRequest } from './wire/protocol.ts';

/** The sandbox never listens on anything that another machine can reach. */
const HOST = '127.0.0.1';
/** DynamoDB takes batches of 16 MB; no other service takes as much. */
const LONGEST_CLOUD_BODY = 20 * 1024 * 1024;

export interface SandboxOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Real time unless given; the admin endpoint can move it on. */
  readonly clock?: Clock | undefined;
  /** A world made before; then `clock`, `seed` and `populate` are its own business and must not be given. */
  readonly world?: ResettableWorld | undefined;
  readonly switches?: SwitchesInput | undefined;
  /** For ids; the same seed and the same calls give the same ids. */
  readonly seed?: number | undefined;
  /** Puts things into a new world, and again after each reset. */
  readonly populate?: WorldOptions['populate'];
  /** Queues, buses, functions and tables to be played as well; it brings its own world, as `world` would. */
  readonly cloud?: Cloud | undefined;
}

/** A running sandbox. */
export interface Sandbox {
  /** `http://127.0.0.1:4566`: the endpoint for every service. */
  readonly url: string;
  readonly port: number;
  readonly world: ResettableWorld;
  /**
   * How often each operation was called, `eks:DescribeCluster`, refused calls included: by the callers whose ARN `isBy`
   * names, or by all.
   */
  callCounts(isBy?: (callerArn: string) => boolean): CallCounts;
  /** Ends all connections and frees the port. */
  stop(): Promise<void>;
}

/**
 * Starts the AWS control plane: EKS, IAM and STS on one port of this machine, and the admin endpoint.
 * Throws `PortError` when the port cannot be had, `SwitchesError` for switches that do not exist.
 *
 * @example
 * const sandbox = await startSandbox({ port: 0 });
 * const eks = new EKSClient({
 *   endpoint: sandbox.url,
 *   region: 'eu-west-1',
 *   credentials: { accessKeyId: '111122223333', secretAccessKey: 'any' },
 * });
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const world = worldOf(options);
  const { cloud } = options;
  const cloudCalls = cloud && (await callsOf(cloud));
  const calls = new CallHandler(world, cloud && cloudCalls && surroundingsOf(cloud, cloudCalls));
  const administered = { world, calls, cloud: cloud && cloudCalls && { cloud, calls: cloudCalls } };
  const handle = (request: WireRequest) => {
    if (request.path.startsWith(ADMIN_PREFIX)) return deliverAdmin(administered, request);
    return cloudCalls?.concerns(request)
      ? deliverFromCloud(world, cloudCalls, request)
      : deliver(world, calls, request);
  };
  const longestBody = cloud ? LONGEST_CLOUD_BODY : undefined;
  const server = await startHttpServer(HOST, options.port, handle, longestBody);
  const url = `http://${HOST}:${server.port}`;
  if (cloud) cloud.endpoint = url;
  const stop = async () => {
    await cloud?.stop();
    await server.stop();
  };
  const callCounts: Sandbox['callCounts'] = (isBy) => ({
    ...calls.callCounts(isBy),
    ...cloudCalls?.callCounts(isBy),
  });
  return { url, port: server.port, world, callCounts, stop };
}

function worldOf(options: SandboxOptions): ResettableWorld {
  const { clock, seed, populate, switches } = options;
  const world = options.cloud?.world ?? options.world;
  if (!world) return createWorld({ clock, seed, populate, switches });
  if (clock !== undefined || seed !== undefined || populate !== undefined) {
    throw new Error('a world that was made before has its own clock, seed and population');
  }
  if (switches !== undefined) world.switches.set(switches);
  return world;
}

async function deliverAdmin(administered: Administered, request: WireRequest): Promise<Delivery> {
  return { kind: 'answer', answer: await answerAdmin(administered, request), afterMs: 0 };
}

function deliver(world: ResettableWorld, calls: CallHandler, request: WireRequest): Delivery {
  const handled = calls.handle(request);
  const afterMs = world.switches.get().latencyMs;
  return handled.kind === 'lost' ? { kind: 'break', afterMs } : { ...handled, afterMs };
}

function surroundingsOf(cloud: Cloud, { serviceNames }: CloudCalls): CallSurroundings {
  return {
    authorize: authorizeOf(cloud),
    interrupts: (caller, call) => cloud.interrupts(caller, call),
    serviceNames,
  };
}

/** The cloud's front door decides on EKS, IAM and STS, too, and its journal tells what it refused. */
function authorizeOf({ authorize, journal }: Cloud): Authorize {
  return (question) => {
    const answer = authorize(question);
    if (answer.kind === 'denied') journal.note('denied', question.resource, answer.reason);
    return answer;
  };
}

/** Loaded only when there is a cloud: its services bring four more SDK clients. */
async function callsOf(cloud: Cloud): Promise<CloudCalls> {
  const { CloudCalls } = await import('./cloud/cloud-calls.ts');
  return new CloudCalls(cloud);
}

async function deliverFromCloud(
  world: ResettableWorld,
  calls: CloudCalls,
  request: WireRequest,
): Promise<Delivery> {
  const handled = await calls.handle(request);
  const afterMs = world.switches.get().latencyMs;
  return handled.kind === 'lost' ? { kind: 'break', afterMs } : { ...handled, afterMs };
}
