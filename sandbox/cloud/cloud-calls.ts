import { AwsError } from '../aws-error.ts';
import { CallCounter, type CallCounts } from '../call-counter.ts';
import type { Caller } from '../caller.ts';
import { frontDoor } from '../front-door.ts';
import { partitionOf } from '../partition.ts';
import { newGuid, type RandomSource, seededRandom } from '../random.ts';
import { readSignature, type Signature } from '../signature.ts';
import { Trouble, type TroubledCall } from '../trouble.ts';
import type { WireAnswer, WireRequest } from '../wire/protocol.ts';
import type { Cloud } from './cloud.ts';
import type { CloudCall, Need } from './cloud-operation.ts';
import type { CloudService } from './cloud-service.ts';
import { cloudServices } from './cloud-services.ts';

/** What becomes of a request: an answer, or a connection that breaks. */
export type CloudHandled =
  | { readonly kind: 'answer'; readonly answer: WireAnswer }
  /** The call was carried out and nobody is told. */
  | { readonly kind: 'lost' };

const REQUEST_SEED = 0xc10d;
const READS = /^(BatchGet|Describe|Filter|Get|List|Lookup|Query|Scan|TransactGet)/;

/** Carries out the calls of the cloud's services: who calls, what goes wrong on purpose, the front door, the operation. */
export class CloudCalls {
  private readonly cloud: Cloud;
  private readonly trouble: Trouble;
  private readonly services: ReadonlyMap<string, CloudService>;
  private readonly random: RandomSource = seededRandom(REQUEST_SEED);
  private readonly counts = new CallCounter();

  constructor(cloud: Cloud) {
    this.cloud = cloud;
    this.trouble = new Trouble(cloud.world.switches);
    this.services = new Map(cloudServices().map((service) => [service.name, service]));
  }

  /** How often each operation was called, `sqs:SendMessage`, refused calls included; by some callers, or all. */
  callCounts(isBy?: (callerArn: string) => boolean): CallCounts {
    return this.counts.read(isBy);
  }

  /** The signing names of the services that can be called. */
  get serviceNames(): readonly string[] {
    return [...this.services.keys()];
  }

  /** Forgets what was called. */
  reset(): void {
    this.counts.clear();
  }

  /** Whether a request is signed for one of the cloud's services. */
  concerns(request: WireRequest): boolean {
    const reading = readSignature(request);
    return reading.kind === 'signed' && this.services.has(reading.signature.service);
  }

  /** Carries out a request that `concerns` it. Never rejects. */
  async handle(request: WireRequest): Promise<CloudHandled> {
    const reading = readSignature(request);
    const service = reading.kind === 'signed' ? this.services.get(reading.signature.service) : undefined;
    if (reading.kind !== 'signed' || !service) throw new Error('this is no request to the cloud');
    const requestId = newGuid(this.random);
    try {
      return await this.carryOut(service, reading.signature, request, requestId);
    } catch (error) {
      return { kind: 'answer', answer: service.refuse(asAwsError(error, service), requestId) };
    }
  }

  private async carryOut(
    service: CloudService,
    signature: Signature,
    request: WireRequest,
    requestId: string,
  ): Promise<CloudHandled> {
    const caller = frontDoor(this.cloud.world, signature, service.errors);
    const operationName = service.operationName(request);
    if (operationName === undefined) {
      throw service.errors.unknownOperation(service.actionOf(request), service.operationNames);
    }
    const name = `${service.name}:${operationName}`;
    this.counts.count(caller.arn, name);
    const call = this.callOf(caller, signature, requestId);
    const mutating = !READS.test(operationName);
    const subject = { call, service: service.name, operationName, mutating, errors: service.errors };
    const unready = this.trouble.beforeReading(subject);
    if (unready) throw unready;
    const admit = (needs: readonly Need[]) => this.admit(subject, needs);
    const answer = await service.handle({ call, request, admit });
    const isLost = this.trouble.losesAnswer(subject) || this.cloud.interrupts(caller, name);
    return isLost ? { kind: 'lost' } : { kind: 'answer', answer };
  }

  private callOf(caller: Caller, { region }: Signature, requestId: string): CloudCall {
    const { cloud } = this;
    const now = cloud.clock.now();
    const partition = partitionOf(region);
    return {
      cloud,
      world: cloud.world,
      caller,
      partition,
      account: caller.account,
      region,
      now,
      asOf: now,
      requestId,
    };
  }

  private admit(
    subject: Omit<TroubledCall, 'call'> & { readonly call: CloudCall },
    needs: readonly Need[],
  ): void {
    const { call, errors } = subject;
    const refusal = this.trouble.beforeRunning(subject, needs[0]?.resource ?? '*');
    if (refusal) throw refusal;
    for (const need of needs) {
      const answer = this.cloud.authorize({
        account: call.account,
        region: call.region,
        ...need,
        principal: { kind: 'caller', caller: call.caller },
      });
      if (answer.kind === 'allowed') continue;
      this.cloud.journal.note('denied', need.resource, answer.reason);
      throw errors.denied(answer.reason);
    }
  }
}

/** Anything but an AWS refusal is a fault of the sandbox, and says so instead of looking like one of AWS's. */
function asAwsError(error: unknown, service: CloudService): AwsError {
  if (error instanceof AwsError) return error;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return service.errors.internal(`The sandbox failed: ${text}`);
}
