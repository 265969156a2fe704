import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { endWithParent } from './end-with-parent.ts';
import { EventLog, type Severity } from './event-log.ts';
import { resourceMonitor } from './monitor.ts';
import { type Call, type LogRequest, loadPulumiSdk, type PulumiSdk } from './pulumi-sdk.ts';
import type { Recording } from './recorded.ts';
import { Recorder } from './recorder.ts';
import type { World } from './world.ts';

export interface Program {
  readonly app: string;
  readonly stage: string;
  readonly eventLog: string;
  readonly config: Readonly<Record<string, string>>;
  /** The bundle that SST's CLI made of `sst.config.ts`; it lies in the platform folder. */
  readonly main: string;
  readonly world: World;
}

const SEVERITIES: readonly (Severity | undefined)[] = [undefined, 'info', 'warning', 'error'];
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/** Runs the program against an engine that records. Never rejects because the program failed: see `complete`. */
export async function runProgram(program: Program): Promise<Recording> {
  const startedAt = performance.now();
  const platform = dirname(program.main);
  const sdk = loadPulumiSdk(platform);
  const log = new EventLog(program.eventLog);
  const recorder = new Recorder(program.app, program.stage, program.world);
  const engine = engineService(sdk, log);
  const server = new sdk.grpc.Server({ 'grpc.max_receive_message_length': MAX_MESSAGE_BYTES });
  server.addService(
    sdk.services.ResourceMonitorService,
    resourceMonitor(sdk, recorder, {
      onResource: (resource) => log.resource(resource),
      onRefused: ({ message }) => engine.fail(message),
    }),
  );
  server.addService(sdk.services.EngineService, engine.implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', sdk.grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });

  log.begin(program.config);
  const exitCode = await runNode(sdk.runner, program, platform, `127.0.0.1:${port}`);
  server.forceShutdown();
  if (exitCode !== 0 && !engine.failed())
    log.diagnose('error', `the program ended with exit code ${exitCode}`);
  log.end(recorder.resources.length, (performance.now() - startedAt) / 1000);
  return {
    app: program.app,
    stage: program.stage,
    ...program.world,
    complete: exitCode === 0 && !engine.failed(),
    resources: recorder.resources,
  };
}

function runNode(runner: string, program: Program, platform: string, address: string): Promise<number> {
  const args = [
    ...['--monitor', address, '--engine', address],
    ...['--organization', 'organization', '--project', program.app, '--stack', program.stage],
    ...['--root-directory', process.cwd(), '--pwd', platform, '--parallel', '64'],
  ];
  const child = spawn(process.execPath, [runner, ...args, program.main], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PULUMI_CONFIG: JSON.stringify(program.config), PULUMI_CONFIG_SECRET_KEYS: '[]' },
  });
  endWithParent(() => child.kill('SIGKILL'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Pulumi's `Engine` service: the program's log, and which resource is the root. */
function engineService(sdk: PulumiSdk, log: EventLog) {
  let rootUrn = '';
  let failed = false;
  const note: Call<LogRequest, object> = ({ request }, answer) => {
    const severity = SEVERITIES[request.getSeverity()];
    if (severity === 'error') failed = true;
    if (severity !== undefined) {
      log.diagnose(severity, request.getMessage(), {
        urn: request.getUrn(),
        streamID: request.getStreamid(),
        ephemeral: request.getEphemeral(),
      });
    }
    answer(null, new sdk.Empty());
  };
  const getRootResource: Call<unknown, object> = (_call, answer) => {
    const response = new sdk.engine.GetRootResourceResponse();
    response.setUrn(rootUrn);
    answer(null, response);
  };
  const setRootResource: Call<{ getUrn(): string }, object> = ({ request }, answer) => {
    rootUrn = request.getUrn();
    answer(null, new sdk.engine.SetRootResourceResponse());
  };
  const startDebugging: Call<unknown, object> = (_call, answer) => answer(null, new sdk.Empty());
  return {
    implementation: { log: note, getRootResource, setRootResource, startDebugging },
    failed: () => failed,
    fail: (message: string) => {
      failed = true;
      log.diagnose('error', message);
    },
  };
}
