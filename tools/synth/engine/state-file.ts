import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RecordedResource } from './recorded.ts';

/** Pulumi's release that SST 4.17 is built for: the one it expects to find. */
export const PULUMI_VERSION = 'v3.215.0';

/**
 * Writes the state of a stage where Pulumi keeps it. SST's CLI reads it back even after a diff, to write the types of linked
 * resources, and throws it away then.
 */
export function writeStateFile(
  backendUrl: string,
  app: string,
  stage: string,
  resources: readonly RecordedResource[],
): void {
  const file = join(backendUrl.replace(/^file:\/\//, ''), '.pulumi', 'stacks', app, `${stage}.json`);
  const now = new Date().toISOString();
  const latest = {
    manifest: { time: now, magic: 'offline', version: PULUMI_VERSION },
    resources: resources.map((resource) => stateOf(resource, now)),
    metadata: {},
  };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    JSON.stringify({ version: 3, checkpoint: { stack: `organization/${app}/${stage}`, latest } }),
  );
}

function stateOf(
  { urn, custom, id, type, inputs, outputs, parent, kind }: RecordedResource,
  now: string,
): object {
  return {
    urn,
    custom,
    ...(custom && { id }),
    type,
    inputs,
    outputs,
    ...(parent !== undefined && { parent }),
    ...(kind === 'read' && { external: true }),
    created: now,
    modified: now,
  };
}
