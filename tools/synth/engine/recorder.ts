import { answerInvoke } from '../aws/answer-invoke.ts';
import { existingResource, newResource } from '../aws/resource-model.ts';
import { isUnknown, plainObject } from './plain-value.ts';
import type { RecordedResource } from './recorded.ts';
import { withStableNames } from './stable-names.ts';
import type { World } from './world.ts';

/** A resource as the program asks for it. */
export interface Registration {
  readonly kind: 'register' | 'read';
  readonly type: string;
  readonly name: string;
  readonly parent?: string;
  /** Reference to an explicit provider, `urn::id`. */
  readonly provider?: string;
  readonly custom: boolean;
  /** In Pulumi's wire form. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly ignoreChanges: readonly string[];
  readonly retainOnDelete: boolean;
  readonly dependencies: readonly string[];
  /** Set where the resource exists already. */
  readonly id?: string;
}

/**
 * Records what a program registers, answering as AWS would: a model gives each resource its id and computed outputs. Throws,
 * naming it, on a resource type or a question that the model does not know, on an id that comes out empty, and on an input
 * that nobody could compute: the SDK would otherwise leave out, silently, whatever follows from it (inline policies, for one).
 */
export class Recorder {
  readonly resources: RecordedResource[] = [];
  readonly #byUrn = new Map<string, RecordedResource>();
  readonly #project: string;
  readonly #stack: string;
  readonly #world: World;

  constructor(project: string, stack: string, world: World) {
    this.#project = project;
    this.#stack = stack;
    this.#world = world;
  }

  record(asked: Registration): RecordedResource {
    const urn = this.#urnOf(asked);
    if (this.#byUrn.has(urn)) throw new Error(`two resources are called ${asked.name} (${asked.type})`);
    for (const [property, value] of Object.entries(asked.inputs)) {
      if (isUnknown(value)) {
        throw new Error(
          `${urn}: "${property}" cannot be known offline: the model of AWS lacks what it comes from`,
        );
      }
    }
    const region = this.#regionOf(asked.provider);
    const inputs = withStableNames(plainObject(asked.inputs), asked.ignoreChanges, urn);
    const { id, outputs } = this.#answer(asked, inputs, region);
    if (asked.custom && id === '') throw new Error(`${urn}: the model of AWS gives it an empty id`);
    const resource: RecordedResource = {
      urn,
      type: asked.type,
      name: asked.name,
      ...(asked.parent !== undefined && { parent: asked.parent }),
      kind: asked.kind,
      custom: asked.custom,
      region,
      id,
      inputs,
      outputs,
      retainOnDelete: asked.retainOnDelete,
      dependencies: [...asked.dependencies].sort(),
    };
    this.#byUrn.set(urn, resource);
    this.resources.push(resource);
    return resource;
  }

  /** Takes in what a component says of itself when all its children are there. */
  conclude(urn: string, outputs: Readonly<Record<string, unknown>>): void {
    const resource = this.#byUrn.get(urn);
    if (resource !== undefined) resource.outputs = plainObject(outputs);
  }

  /** Answers a provider's function: `aws:index/getRegion:getRegion`. */
  invoke(token: string, args: Readonly<Record<string, unknown>>, provider: string | undefined): object {
    const inputs = plainObject(args);
    return answerInvoke(token, inputs, { ...this.#world, region: this.#regionOf(provider) });
  }

  #answer(asked: Registration, inputs: Record<string, unknown>, region: string) {
    if (!asked.custom) return { id: '', outputs: inputs };
    const world = { ...this.#world, region };
    return asked.id === undefined
      ? newResource(asked.type, asked.name, inputs, world)
      : existingResource(asked.type, asked.name, asked.id, inputs, world);
  }

  #regionOf(provider: string | undefined): string {
    const urn = provider?.slice(0, provider.lastIndexOf('::'));
    const region = urn === undefined ? undefined : this.#byUrn.get(urn)?.inputs['region'];
    return typeof region === 'string' ? region : this.#world.region;
  }

  /** A child's URN bears its parents' types, but not the stack's. */
  #urnOf({ type, name, parent }: Registration): string {
    const parentType = parent?.split('::')[2];
    const qualified =
      parentType === undefined || parentType === 'pulumi:pulumi:Stack' ? type : `${parentType}$${type}`;
    return `urn:pulumi:${this.#stack}::${this.#project}::${qualified}::${name}`;
  }
}
