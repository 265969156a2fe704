import { AwsError } from './aws-error.ts';
import { CallCounter, type CallCounts } from './call-counter.ts';
import type { Caller } from './caller.ts';
import type { Authorize } from './cloud/access.ts';
import { trailEvent } from './cloudtrail/record.ts';
import { controlPlaneNeeds } from './front-door/control-plane-needs.ts';
import { frontDoor } from './front-door.ts';
import { fingerprintOf, IdempotencyStore } from './idempotency.ts';
import type { AnyOperation, Call } from './operation.ts';
import { partitionOf } from './partition.ts';
import { newGuid, type RandomSource, seededRandom } from './random.ts';
import type { Service } from './services.ts';
import { guessService, SERVICE_NAMES, serviceOf } from './services.ts';
import { readSignature, type Signature } from './signature.ts';
import { Trouble, type TroubledCall } from './trouble.ts';
import { isObject } from './wire/json-shape.ts';
import type { WireAnswer, WireRequest } from './wire/protocol.ts';
import { idempotencyMember, shapeOf } from './wire/schema.ts';
import { ShapeError } from './wire/shape-error.ts';
import type { World } from './world.ts';

/** What becomes of a request: an answer, or a connection that breaks. */
export type Handled =
  | { readonly kind: 'answer'; readonly answer: WireAnswer }
  /** The call was carried out and nobody is told. */
  | { readonly kind: 'lost' };

/** What is around the control plane where an application is played. */
export interface CallSurroundings {
  readonly authorize: Authorize;
  /** Told of each call that was carried out, `eks:TagResource`, before its answer goes; `true` lets that be lost. */
  readonly interrupts: (caller: Caller, call: string) => boolean;
  /** Signing names of the services that somebody else plays, for refusals. */
  readonly serviceNames: readonly string[];
}

const REQUEST_SEED = 0x5eed;

/** A request that is known to be a call of one operation by somebody known. */
interface Routed {
  readonly service: Service;
  readonly operation: AnyOperation;
  readonly call: Call;
  readonly subject: TroubledCall;
  readonly request: WireRequest;
}

/** Carries out AWS calls on a world, whatever they came in on. */
export class CallHandler {
  private readonly world: World;
  private readonly trouble: Trouble;
  private readonly idempotency = new IdempotencyStore();
  /** Of its own, so that the ids of requests never change the names of what the requests make. */
  private random: RandomSource = seededRandom(REQUEST_SEED);
  private readonly counts = new CallCounter();
  private readonly around: CallSurroundings | undefined;

  /** Every key may do everything in its account unless `authorize` says otherwise. */
  constructor(world: World, around?: CallSurroundings) {
    this.world = world;
    this.around = around;
    this.trouble = new Trouble(world.switches);
  }

  /** How often each operation was called since the start or the last reset, refused calls included; by some callers, or all. */
  callCounts(isBy?: (callerArn: string) => boolean): CallCounts {
    return this.counts.read(isBy);
  }

  /** Forgets what was called. */
  reset(): void {
    this.counts.clear();
    this.random = seededRandom(REQUEST_SEED);
    this.idempotency.clear();
  }

  handle(request: WireRequest): Handled {
    const requestId = newGuid(this.random);
    const reading = readSignature(request);
    const service = reading.kind === 'signed' ? serviceOf(reading.signature.service) : undefined;
    const { protocol } = service ?? guessService(request);
    try {
      if (reading.kind === 'unsigned') throw protocol.errors.unsigned();
      if (reading.kind === 'unreadable') throw protocol.errors.unreadableSignature(reading.problem);
      if (!service) throw this.unknownService(reading.signature.service, request);
      const routed = this.route(service, reading.signature, request, requestId);
      return this.carryOut(routed);
    } catch (error) {
      return {
        kind: 'answer',
        answer: protocol.refuse(asAwsError(error, protocol.errors.internal), requestId),
      };
    }
  }

  private unknownService(name: string, request: WireRequest): AwsError {
    const implemented = [...SERVICE_NAMES, ...(this.around?.serviceNames ?? [])];
    return guessService(request).protocol.errors.unknownOperation(`the service ${name}`, implemented);
  }

  private route(service: Service, signature: Signature, request: WireRequest, requestId: string): Routed {
    const { protocol } = service;
    const caller = frontDoor(this.world, signature, protocol.errors);
    const operation = protocol.route(request);
    if (!operation)
      throw protocol.errors.unknownOperation(protocol.actionOf(request), service.operationNames);
    const operationName = shapeOf(operation.schema).name;
    this.counts.count(caller.arn, callName({ service: service.name, operationName }));
    const now = this.world.clock.now();
    const isStale = service.name === 'eks' && !operation.mutating;
    const call: Call = {
      world: this.world,
      caller,
      partition: partitionOf(signature.region),
      account: caller.account,
      region: signature.region,
      now,
      asOf: isStale ? now - this.world.switches.get().staleReadsMs : now,
      requestId,
    };
    const { mutating } = operation;
    const subject = { call, service: service.name, operationName, mutating, errors: protocol.errors };
    return { service, operation, call, subject, request };
  }

  private carryOut(routed: Routed): Handled {
    const { service, operation, call, subject } = routed;
    const { protocol } = service;
    const unready = this.trouble.beforeReading(subject);
    if (unready) throw unready;
    let input: unknown;
    try {
      input = readInput(routed);
      const resource = operation.resource?.(call, input) ?? '*';
      const refusal = this.trouble.beforeRunning(subject, resource);
      if (refusal) throw refusal;
      this.admit(subject, resource, input);
      const output = this.run(routed, input);
      this.record(routed, input, { kind: 'answered', output });
      const isInterrupted = this.around?.interrupts(call.caller, callName(subject));
      if (this.trouble.losesAnswer(subject) || isInterrupted) return { kind: 'lost' };
      return { kind: 'answer', answer: protocol.answer(operation, output, call.requestId) };
    } catch (thrown) {
      const error = asAwsError(thrown, protocol.errors.internal);
      this.record(routed, input, { kind: 'refused', error });
      throw error;
    }
  }

  /** Asks the front door for everything that the call needs. Throws the service's refusal. */
  private admit(
    { call, service, operationName, errors }: TroubledCall,
    resource: string,
    input: unknown,
  ): void {
    if (!this.around) return;
    for (const need of controlPlaneNeeds({ call, service, operationName, resource, input })) {
      const answer = this.around.authorize({ ...need, principal: { kind: 'caller', caller: call.caller } });
      if (answer.kind === 'denied') throw errors.denied(answer.reason);
    }
  }

  /** Runs an operation, at most once for each idempotency token. */
  private run({ service, operation, call }: Routed, input: unknown): unknown {
    const shape = shapeOf(operation.schema);
    const tokenMember = idempotencyMember(shape.input);
    const token = tokenMember !== undefined && isObject(input) ? input[tokenMember] : undefined;
    if (tokenMember === undefined || !isObject(input) || typeof token !== 'string')
      return operation.run(call, input);
    const scope = `${call.account} ${call.region} ${service.name}:${shape.name}`;
    const fingerprint = fingerprintOf(input, tokenMember);
    const known = this.idempotency.ask(scope, token, fingerprint);
    if (known.kind === 'mismatch') throw service.protocol.errors.tokenReused(tokenMember);
    if (known.kind === 'repeated') return known.output;
    const output = operation.run(call, input);
    this.idempotency.remember(scope, token, fingerprint, output);
    return output;
  }

  private record(
    { service, operation, call, request }: Routed,
    input: unknown,
    outcome: Parameters<typeof trailEvent>[0]['outcome'],
  ): void {
    if (!operation.mutating) return;
    const finished = {
      call,
      service: service.name,
      operation,
      protocol: service.protocol,
      request,
      input,
      outcome,
      random: this.random,
    };
    this.world.trail.append(trailEvent(finished));
  }
}

function callName({ service, operationName }: Pick<TroubledCall, 'service' | 'operationName'>): string {
  return `${service}:${operationName}`;
}

function readInput({ service, operation, request }: Routed): unknown {
  try {
    return service.protocol.read(operation, request);
  } catch (error) {
    if (error instanceof ShapeError) throw service.protocol.errors.malformed(error.problems, operation);
    throw error;
  }
}

/** Anything but an AWS refusal is a fault of the sandbox, and says so instead of looking like one of AWS's. */
function asAwsError(error: unknown, internal: (message: string) => AwsError): AwsError {
  if (error instanceof AwsError) return error;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return internal(`The sandbox failed: ${text}`);
}
