import { withoutFiles } from './plain-value.ts';
import type {
  Answer,
  Call,
  InvokeRequest,
  OutputsRequest,
  ProtoStruct,
  PulumiSdk,
  ReadRequest,
  RegisterRequest,
} from './pulumi-sdk.ts';
import type { RecordedResource } from './recorded.ts';
import type { Recorder, Registration } from './recorder.ts';

/** Features of the SDK that would need an engine of more parts; without them it falls back to plain JSON. */
const WITHOUT = ['outputValues', 'transforms', 'invokeTransforms', 'resourceHooks'];

export interface MonitorListener {
  /** A resource was recorded. */
  onResource(resource: RecordedResource): void;
  /** A resource was refused. The SDK ends the program then without a word, so that it has to be said here. */
  onRefused(problem: Error): void;
}

/** Pulumi's `ResourceMonitor`, over a recorder. What it does not implement gRPC refuses as unimplemented. */
export function resourceMonitor(
  sdk: PulumiSdk,
  recorder: Recorder,
  listener: MonitorListener,
): Record<string, unknown> {
  const struct = (value: object): ProtoStruct =>
    sdk.Struct.fromJavaScript(JSON.parse(JSON.stringify(value)) as Record<string, unknown>);

  const record = (asked: Registration): RecordedResource => {
    try {
      const resource = recorder.record(asked);
      listener.onResource(resource);
      return resource;
    } catch (error) {
      listener.onRefused(error as Error);
      throw error;
    }
  };

  return {
    supportsFeature: answered((request: { getId(): string }) => {
      const response = new sdk.resource.SupportsFeatureResponse();
      response.setHassupport(!WITHOUT.includes(request.getId()));
      return response;
    }),
    registerPackage: answered(() => {
      const response = new sdk.resource.RegisterPackageResponse();
      response.setRef('offline');
      return response;
    }),
    invoke: answered((request: InvokeRequest) => {
      const response = new sdk.provider.InvokeResponse();
      response.setReturn(
        struct(recorder.invoke(request.getTok(), members(request.getArgs()), request.getProvider())),
      );
      return response;
    }),
    readResource: answered((request: ReadRequest) => {
      const resource = record(readRegistration(request));
      const response = new sdk.resource.ReadResourceResponse();
      response.setUrn(resource.urn);
      response.setProperties(struct(withoutFiles(resource.outputs)));
      return response;
    }),
    registerResource: answered((request: RegisterRequest) => {
      const resource = record(registration(request));
      const response = new sdk.resource.RegisterResourceResponse();
      response.setUrn(resource.urn);
      response.setId(resource.id);
      response.setObject(struct(withoutFiles(resource.outputs)));
      return response;
    }),
    registerResourceOutputs: answered((request: OutputsRequest) => {
      recorder.conclude(request.getUrn(), members(request.getOutputs()));
      return new sdk.Empty();
    }),
    ...acknowledged(sdk),
  };
}

/** Housekeeping that needs no answer here. */
function acknowledged(sdk: PulumiSdk): Record<string, unknown> {
  const names = [
    'registerStackTransform',
    'registerStackInvokeTransform',
    'registerResourceHook',
    'signalAndWaitForShutdown',
  ];
  return Object.fromEntries(names.map((name) => [name, answered(() => new sdk.Empty())]));
}

/** An exception becomes the call's error, which the program then throws with our text. */
function answered<Q, R>(handle: (request: Q) => R): Call<Q, R> {
  return ({ request }, answer: Answer<R>) => {
    let response: R;
    try {
      response = handle(request);
    } catch (error) {
      answer(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    answer(null, response);
  };
}

function registration(request: RegisterRequest) {
  const importId = request.getImportid();
  return {
    kind: 'register',
    type: request.getType(),
    name: request.getName(),
    ...named(request),
    custom: request.getCustom(),
    inputs: members(request.getObject()),
    ignoreChanges: request.getIgnorechangesList(),
    retainOnDelete: request.getRetainondelete(),
    dependencies: request.getDependenciesList(),
    ...(importId !== '' && { id: importId }),
  } as const;
}

function readRegistration(request: ReadRequest) {
  return {
    kind: 'read',
    type: request.getType(),
    name: request.getName(),
    ...named(request),
    custom: true,
    inputs: members(request.getProperties()),
    ignoreChanges: [],
    retainOnDelete: true,
    dependencies: [],
    id: request.getId(),
  } as const;
}

function named(request: { getParent(): string; getProvider(): string }) {
  const parent = request.getParent();
  const provider = request.getProvider();
  return { ...(parent !== '' && { parent }), ...(provider !== '' && { provider }) };
}

function members(struct: ProtoStruct | undefined): Record<string, unknown> {
  return struct?.toJavaScript() ?? {};
}
