import type { World } from '../engine/world.ts';
import { RESOURCE_TYPES } from './resource-types.ts';

/** What a provider answers when it has made a resource: its id, and its state with all that AWS computed. */
export interface MadeResource {
  readonly id: string;
  readonly outputs: Record<string, unknown>;
}

/** Answers as the provider would for a new resource. Throws, naming it, on a type that the model does not know. */
export function newResource(
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
  world: World,
): MadeResource {
  const model = RESOURCE_TYPES[type];
  if (model === undefined) {
    throw new Error(
      `the offline model of AWS does not know ${type} (resource ${name}); teach it in tools/synth/aws/resource-types.ts`,
    );
  }
  const { id, ...computed } = model({ name, inputs, ...world });
  return { id, outputs: { ...inputs, ...computed } };
}

/** As `newResource`, for one that exists already and is known by its id. */
export function existingResource(
  type: string,
  name: string,
  id: string,
  inputs: Readonly<Record<string, unknown>>,
  world: World,
): MadeResource {
  const made = newResource(type, name, { name: id, ...inputs }, world);
  return { ...made, id };
}
