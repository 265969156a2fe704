import { isAbsolute, join } from 'node:path';
import { AwsError } from '../aws-error.ts';
import type { AdvanceableClock } from '../clock.ts';
import { type Arn, arnOf, metricPlaceOf } from '../cloud/arn.ts';
import type { Journal } from '../cloud/journal.ts';
import type { Work } from '../cloud/work.ts';
import { metricsIn } from '../logs/emf.ts';
import type { LogStore } from '../logs/log-store.ts';
import type { MetricStore } from '../logs/metric-store.ts';
import { newGuid, type RandomSource } from '../random.ts';
import { Instance, type InstanceOutcome } from './instance.ts';
import type { Slots } from './slots.ts';
import { unpackZip } from './unpack.ts';
import type { Warm } from './warm.ts';
import type { FunctionErrorReport } from './worker-messages.ts';

/** A function as infrastructure code defines it; AWS's defaults for what is left out. */
export interface LambdaFunctionDefinition {
  readonly arn: string;
  /** The deploy zip. */
  readonly zipPath: string;
  /** `bundle.handler` */
  readonly handler: string;
  /** Whose permissions it has. */
  readonly roleArn: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Real seconds; fractions are taken. */
  readonly timeoutSeconds?: number;
  readonly memoryMb?: number;
  readonly reservedConcurrency?: number | undefined;
  readonly runtime?: string;
  /** `/aws/lambda/` and its name unless said otherwise. */
  readonly logGroup?: string | undefined;
  /** JSON: who may invoke it. */
  readonly policy?: string | undefined;
  readonly asyncInvocation?: AsyncInvocationDefinition | undefined;
}

/** What becomes of events that the function was invoked with without anybody waiting. */
export interface AsyncInvocationDefinition {
  /** 0 to 2; 2 unless said otherwise. */
  readonly maximumRetryAttempts?: number | undefined;
  /** 60 to 21,600; 6 hours unless said otherwise. */
  readonly maximumEventAgeSeconds?: number | undefined;
  /** A queue or topic that gets the event itself. */
  readonly deadLetterArn?: string | undefined;
  /** A queue, topic, function or bus that gets a record of the failure. */
  readonly onFailureArn?: string | undefined;
  readonly onSuccessArn?: string | undefined;
}

/** Credentials for a function's environment. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Epoch milliseconds: environments that hold them are given up before. */
  readonly expiresAt: number;
}

export interface LambdaSurroundings {
  readonly clock: AdvanceableClock;
  readonly random: RandomSource;
  readonly work: Work;
  readonly journal: Journal;
  readonly metrics: MetricStore;
  readonly logs: LogStore;
  readonly slots: Slots;
  readonly warm: Warm;
  /** Where zips are unpacked. */
  readonly cacheFolder: string;
  readonly sharedClock: SharedArrayBuffer;
  /** `http://127.0.0.1:4566`; asked at each cold start. */
  endpoint(): string;
  credentials(roleArn: string, sessionName: string): RoleCredentials;
}

/** How an invocation ended. */
export interface Invocation {
  readonly requestId: string;
  /** JSON: the result, or the error as Lambda reports it. */
  readonly payload: string;
  readonly functionError?: 'Unhandled';
  /** Whether an environment had to be started. */
  readonly cold: boolean;
}

/** Makes a function crash, once. */
export type CrashSwitch =
  /** On its `invocation`th one from now on, 1 being the next: before its handler begins or after it has ended. */
  | { readonly when: 'before' | 'after'; readonly invocation: number }
  /** When the `nth` of these calls from now on, `eks:TagResource`, was carried out and before its answer arrives. */
  | { readonly when: 'during'; readonly call: string; readonly nth: number };

interface Environment {
  readonly instance: Instance;
  /** Of its credentials. */
  readonly accessKeyId: string;
  readonly logStream: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  idleSince: number;
  /** Says that it is idle no more. */
  rise(): void;
}

const IDLE_MS = 10 * 60_000;
/** Credentials are given up this long before they expire. */
const CREDENTIALS_MARGIN_MS = 15 * 60_000;
const ACCOUNT_CONCURRENCY = 1_000;
const LARGEST_RESPONSE = 6 * 1024 * 1024;

/** One Lambda function, run from its deploy zip in worker threads. */
export class LambdaFunction {
  readonly arn: string;
  readonly name: string;
  readonly place: Arn;
  readonly definition: LambdaFunctionDefinition;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  private readonly around: LambdaSurroundings;
  private readonly idle: Environment[] = [];
  private readonly all = new Map<Instance, Environment>();
  private readonly freed = new Set<() => void>();
  private taskRoot: string | undefined;
  private running = 0;
  private crash: CrashSwitch | undefined;

  constructor(definition: LambdaFunctionDefinition, surroundings: LambdaSurroundings) {
    this.arn = definition.arn;
    this.place = arnOf(definition.arn);
    this.name = this.place.resource.replace(/^function:/, '');
    this.definition = definition;
    this.timeoutMs = (definition.timeoutSeconds ?? 3) * 1000;
    this.memoryMb = definition.memoryMb ?? 128;
    this.around = surroundings;
  }

  /** Whether another invocation would not be throttled. */
  hasCapacity(): boolean {
    return this.running < (this.definition.reservedConcurrency ?? ACCOUNT_CONCURRENCY);
  }

  /** Calls `listener` whenever an invocation has ended. Answers how to stop. */
  onCapacity(listener: () => void): () => void {
    this.freed.add(listener);
    return () => {
      this.freed.delete(listener);
    };
  }

  /** Sets or clears the crash switch. */
  crashOn(crash: CrashSwitch | undefined): void {
    this.crash = crash;
  }

  /**
   * Tells it of a call that was carried out, by whose environment's key it was made. Kills that environment, and answers
   * `true`, when this is the call during which the function is to crash.
   */
  crashesDuring(accessKeyId: string, call: string): boolean {
    if (this.crash?.when !== 'during' || this.crash.call !== call) return false;
    const environment = [...this.all.values()].find((one) => one.accessKeyId === accessKeyId);
    if (!environment) return false;
    const { nth } = this.crash;
    this.crash = nth > 1 ? { ...this.crash, nth: nth - 1 } : undefined;
    if (nth > 1) return false;
    this.around.journal.note('crashed', this.arn, `made to crash when ${call} was done, before its answer`);
    environment.instance.terminate();
    return true;
  }

  /** How many environments there are: running and idle. */
  environments(): { readonly running: number; readonly idle: number } {
    return { running: this.running, idle: this.idle.length };
  }

  /**
   * Invokes the function and waits. A failure of the function is an answer, as Lambda gives it.
   * Throws TooManyRequestsException when the function is at its limit.
   */
  invoke(payload: string, requestId = newGuid(this.around.random)): Promise<Invocation> {
    if (!this.hasCapacity()) {
      this.count('Throttles', 1);
      throw tooManyRequests(this.definition.reservedConcurrency !== undefined);
    }
    this.running++;
    return this.around.work.track(this.runInSlot(payload, requestId));
  }

  /** Ends every environment. */
  async stop(): Promise<void> {
    this.idle.length = 0;
    await Promise.all([...this.all.keys()].map((instance) => instance.stop()));
    this.all.clear();
  }

  private async runInSlot(payload: string, requestId: string): Promise<Invocation> {
    const giveBack = await this.around.slots.take();
    try {
      return await this.run(payload, requestId);
    } finally {
      giveBack();
      this.running--;
      for (const listener of [...this.freed]) listener();
    }
  }

  private async run(payload: string, requestId: string): Promise<Invocation> {
    const warm = this.takeIdle();
    const began = performance.now();
    const environment = warm ?? this.coldStart();
    const initError = await environment.instance.ready();
    const initMs = warm ? undefined : performance.now() - began;
    const started = performance.now();
    this.log(`START RequestId: ${requestId} Version: $LATEST`);
    const outcome: InstanceOutcome = initError
      ? { kind: 'exited', error: initError }
      : await this.runHandler(environment, payload, requestId);
    const durationMs = performance.now() - started;
    this.report({ requestId, outcome, durationMs, initMs });
    this.keepOrEnd(environment, outcome);
    return { requestId, cold: warm === undefined, ...this.answerOf(outcome, requestId) };
  }

  private async runHandler(
    environment: Environment,
    payload: string,
    requestId: string,
  ): Promise<InstanceOutcome> {
    const crash = this.crashNow();
    if (crash === 'before') return this.crashed(environment, requestId, 'before its handler began');
    const outcome = await environment.instance.invoke({
      kind: 'invoke',
      requestId,
      payload,
      functionName: this.name,
      functionArn: this.arn,
      memoryMb: this.memoryMb,
      logGroup: this.logGroup,
      logStream: environment.logStream,
      timeoutMs: this.timeoutMs,
      traceId: `Root=1-${requestId.slice(0, 8)}-${requestId.replaceAll('-', '').slice(8)};Sampled=0`,
    });
    return crash === 'after' ? this.crashed(environment, requestId, 'after its handler had ended') : outcome;
  }

  private crashNow(): 'before' | 'after' | undefined {
    if (!this.crash || this.crash.when === 'during') return undefined;
    const { when, invocation } = this.crash;
    this.crash = invocation > 1 ? { when, invocation: invocation - 1 } : undefined;
    return invocation === 1 ? when : undefined;
  }

  private crashed(environment: Environment, requestId: string, when: string): InstanceOutcome {
    this.around.journal.note('crashed', this.arn, `made to crash ${when}, request ${requestId}`);
    environment.instance.terminate();
    return {
      kind: 'exited',
      error: {
        errorType: 'Runtime.ExitError',
        errorMessage: 'Error: Runtime exited with error: signal: killed',
      },
    };
  }

  private answerOf(
    outcome: InstanceOutcome,
    requestId: string,
  ): Pick<Invocation, 'payload' | 'functionError'> {
    if (outcome.kind === 'result') {
      if (Buffer.byteLength(outcome.payload) <= LARGEST_RESPONSE) return { payload: outcome.payload };
      return failed({
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
      });
    }
    if (outcome.kind === 'error') return failed(outcome.error);
    if (outcome.kind === 'exited') {
      const { errorType, errorMessage, trace } = outcome.error;
      return failed({
        errorType,
        errorMessage: errorMessage.startsWith('Error:')
          ? `RequestId: ${requestId} ${errorMessage}`
          : errorMessage,
        ...(trace ? { trace } : {}),
      });
    }
    const seconds = (this.timeoutMs / 1000).toFixed(2);
    return failed({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
    });
  }

  private report(end: {
    requestId: string;
    outcome: InstanceOutcome;
    durationMs: number;
    initMs: number | undefined;
  }): void {
    const { requestId, outcome, durationMs, initMs } = end;
    const duration = `Duration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`;
    const init = initMs === undefined ? '' : `\tInit Duration: ${initMs.toFixed(2)} ms`;
    const status =
      outcome.kind === 'timedOut' ? '\tStatus: timeout' : outcome.kind === 'exited' ? '\tStatus: error' : '';
    this.logEnd(requestId, outcome);
    this.log(`END RequestId: ${requestId}`);
    this.log(`REPORT RequestId: ${requestId}\t${duration}\tMemory Size: ${this.memoryMb} MB${init}${status}`);
    this.count('Invocations', 1);
    this.count('Errors', outcome.kind === 'result' ? 0 : 1);
    this.count('Duration', durationMs, 'Milliseconds');
  }

  /** What the function itself could not write down any more. */
  private logEnd(requestId: string, outcome: InstanceOutcome): void {
    const time = new Date(this.around.clock.now()).toISOString();
    if (outcome.kind === 'timedOut') {
      this.log(`${time} ${requestId} Task timed out after ${(this.timeoutMs / 1000).toFixed(2)} seconds`);
    } else if (outcome.kind === 'exited') {
      this.log(`${time}\t${requestId}\tERROR\tUncaught Exception \t${JSON.stringify(outcome.error)}`);
    }
  }

  private coldStart(): Environment {
    const { clock, random } = this.around;
    this.taskRoot ??= unpackZip(this.definition.zipPath, this.around.cacheFolder);
    const root = this.taskRoot;
    const credentials = this.around.credentials(this.definition.roleArn, this.name);
    const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
    const logStream = `${day}/[$LATEST]${random.text(32, '0123456789abcdef')}`;
    const instance = new Instance({
      start: { taskRoot: root, handler: this.definition.handler, clock: this.around.sharedClock },
      environment: this.environmentOf(root, credentials, logStream),
      memoryMb: this.memoryMb,
      log: (text) => this.logLines(text),
    });
    const environment = {
      instance,
      accessKeyId: credentials.accessKeyId,
      logStream,
      expiresAt: credentials.expiresAt - CREDENTIALS_MARGIN_MS,
      idleSince: 0,
      rise: () => {},
    };
    this.around.warm.started();
    this.all.set(instance, environment);
    return environment;
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
  private environmentOf(
    root: string,
    credentials: RoleCredentials,
    logStream: string,
  ): Record<string, string> {
    const endpoint = this.around.endpoint();
    const own = atEndpoint(this.definition.environment ?? {}, endpoint);
    const keyFile = own['SST_KEY_FILE'];
    // SST looks for it in the current directory, which a worker thread cannot have for itself.
    if (keyFile !== undefined && !isAbsolute(keyFile)) own['SST_KEY_FILE'] = join(root, keyFile);
    return {
      LANG: 'en_US.UTF-8',
      PATH: '/usr/local/bin:/usr/bin:/bin',
      ...own,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: this.place.region,
      AWS_DEFAULT_REGION: this.place.region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_EXECUTION_ENV: `AWS_Lambda_${this.definition.runtime ?? 'nodejs24.x'}`,
      AWS_LAMBDA_FUNCTION_NAME: this.name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(this.memoryMb),
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: this.logGroup,
      AWS_LAMBDA_LOG_STREAM_NAME: logStream,
      LAMBDA_TASK_ROOT: root,
      _HANDLER: this.definition.handler,
    };
  }

  private takeIdle(): Environment | undefined {
    const now = this.around.clock.now();
    for (let environment = this.idle.pop(); environment; environment = this.idle.pop()) {
      environment.rise();
      if (!environment.instance.dead && environment.expiresAt > now) return environment;
      this.end(environment);
    }
    return undefined;
  }

  private keepOrEnd(environment: Environment, outcome: InstanceOutcome): void {
    const isReusable = outcome.kind === 'result' || outcome.kind === 'error';
    if (!isReusable || environment.instance.dead) {
      this.end(environment);
      return;
    }
    const { clock } = this.around;
    environment.idleSince = clock.now();
    this.idle.push(environment);
    environment.rise = this.around.warm.rest(() => this.retire(environment));
    clock.at(clock.now() + IDLE_MS, () => this.retireIdle());
  }

  /** Ends environments that nobody has used for ten minutes. */
  private retireIdle(): void {
    const horizon = this.around.clock.now() - IDLE_MS;
    const old = this.idle.filter(({ idleSince }) => idleSince <= horizon);
    for (const environment of old) this.retire(environment);
  }

  private retire(environment: Environment): void {
    this.idle.splice(this.idle.indexOf(environment), 1);
    this.end(environment);
  }

  private end(environment: Environment): void {
    const { instance } = environment;
    environment.rise();
    if (this.all.delete(instance)) this.around.warm.ended();
    instance.terminate();
  }

  /** The name of its log group. */
  get logGroup(): string {
    return this.definition.logGroup ?? `/aws/lambda/${this.name}`;
  }

  private logLines(text: string): void {
    for (const line of text.split('\n')) {
      if (line === '') continue;
      this.log(line);
      for (const metric of metricsIn(line, this.around.clock.now())) {
        this.around.metrics.put({ ...metric, place: metricPlaceOf(this.place) });
      }
    }
  }

  private log(text: string): void {
    this.around.logs.append(this.name, { at: this.around.clock.now(), text });
  }

  private count(name: string, value: number, unit = 'Count'): void {
    this.around.metrics.put({
      namespace: 'AWS/Lambda',
      name,
      dimensions: { FunctionName: this.name },
      place: metricPlaceOf(this.place),
      value,
      unit,
      at: this.around.clock.now(),
    });
  }
}

/** URLs of queues lead to the sandbox: SDKs go where they say, whatever the endpoint is. */
function atEndpoint(environment: Readonly<Record<string, string>>, endpoint: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      value.replaceAll(/https:\/\/sqs\.[a-z0-9-]+\.amazonaws\.com(\.cn)?(?=\/)/g, endpoint),
    ]),
  );
}

function failed(error: FunctionErrorReport): Pick<Invocation, 'payload' | 'functionError'> {
  return { functionError: 'Unhandled', payload: JSON.stringify(error) };
}

function tooManyRequests(isReserved: boolean): AwsError {
  return new AwsError('TooManyRequestsException', 429, 'Rate Exceeded.', {
    Reason: isReserved
      ? 'ReservedFunctionConcurrentInvocationLimitExceeded'
      : 'ConcurrentInvocationLimitExceeded',
    Type: 'User',
  });
}
