import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * The pieces of Pulumi's own Node SDK that a resource monitor is made of: the very copy that SST's program loads, out of
 * `.sst/platform/node_modules`, so that both ends speak the same version of the protocol. Only what is used is typed.
 */
export interface PulumiSdk {
  readonly grpc: GrpcModule;
  readonly resource: ResourceProto;
  readonly provider: { readonly InvokeResponse: new () => InvokeResponse };
  readonly engine: EngineProto;
  readonly services: { readonly ResourceMonitorService: object; readonly EngineService: object };
  readonly Struct: { fromJavaScript(value: Readonly<Record<string, unknown>>): ProtoStruct };
  readonly Empty: new () => object;
  /** The program runner (`@pulumi/pulumi/cmd/run`). */
  readonly runner: string;
}

export interface ProtoStruct {
  toJavaScript(): Record<string, unknown>;
}

export type Answer<R> = (error: { code?: number; message: string } | Error | null, response?: R) => void;
export type Call<Q, R> = (call: { readonly request: Q }, answer: Answer<R>) => void;

export interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getCustom(): boolean;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getImportid(): string;
  getObject(): ProtoStruct | undefined;
  getIgnorechangesList(): string[];
  getDependenciesList(): string[];
}

export interface ReadRequest {
  getType(): string;
  getName(): string;
  getId(): string;
  getParent(): string;
  getProvider(): string;
  getProperties(): ProtoStruct | undefined;
}

export interface InvokeRequest {
  getTok(): string;
  getArgs(): ProtoStruct | undefined;
  getProvider(): string;
}

export interface OutputsRequest {
  getUrn(): string;
  getOutputs(): ProtoStruct | undefined;
}

export interface LogRequest {
  getUrn(): string;
  getMessage(): string;
  /** 0 debug, 1 info, 2 warning, 3 error. */
  getSeverity(): number;
  getStreamid(): number;
  getEphemeral(): boolean;
}

interface InvokeResponse {
  setReturn(value: ProtoStruct): void;
}

interface ResourceProto {
  readonly SupportsFeatureResponse: new () => { setHassupport(value: boolean): void };
  readonly RegisterPackageResponse: new () => { setRef(value: string): void };
  readonly ReadResourceResponse: new () => {
    setUrn(urn: string): void;
    setProperties(value: ProtoStruct): void;
  };
  readonly RegisterResourceResponse: new () => {
    setUrn(urn: string): void;
    setId(id: string): void;
    setObject(value: ProtoStruct): void;
  };
}

interface EngineProto {
  readonly GetRootResourceResponse: new () => { setUrn(urn: string): void };
  readonly SetRootResourceResponse: new () => object;
}

interface GrpcServer {
  addService(service: object, implementation: Readonly<Record<string, unknown>>): void;
  bindAsync(address: string, credentials: object, done: (error: Error | null, port: number) => void): void;
  forceShutdown(): void;
}

interface GrpcModule {
  readonly Server: new (options: Readonly<Record<string, number>>) => GrpcServer;
  readonly ServerCredentials: { createInsecure(): object };
  readonly status: { readonly UNIMPLEMENTED: number };
}

/** Loads the SDK of a prepared platform (`.sst/platform`). */
export function loadPulumiSdk(platform: string): PulumiSdk {
  const load = createRequire(join(platform, 'package.json'));
  return {
    grpc: load('@grpc/grpc-js') as GrpcModule,
    resource: load('@pulumi/pulumi/proto/resource_pb') as ResourceProto,
    provider: load('@pulumi/pulumi/proto/provider_pb') as PulumiSdk['provider'],
    engine: load('@pulumi/pulumi/proto/engine_pb') as EngineProto,
    services: {
      ...(load('@pulumi/pulumi/proto/resource_grpc_pb') as { ResourceMonitorService: object }),
      ...(load('@pulumi/pulumi/proto/engine_grpc_pb') as { EngineService: object }),
    },
    Struct: (load('google-protobuf/google/protobuf/struct_pb.js') as Pick<PulumiSdk, 'Struct'>).Struct,
    Empty: (load('google-protobuf/google/protobuf/empty_pb.js') as Pick<PulumiSdk, 'Empty'>).Empty,
    runner: load.resolve('@pulumi/pulumi/cmd/run'),
  };
}
