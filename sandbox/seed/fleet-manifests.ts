import { stringify } from 'yaml';
import { fleetName, fleetRoleName } from './fleet-names.ts';
import type { Fleet } from './generate-fleet.ts';
import { type FleetPlan, fleetVariant } from './generated-associations.ts';

/** A file of mapping manifests. */
export interface ManifestFile {
  /** `payments.yaml`: one file a team. */
  readonly file: string;
  readonly text: string;
}

/** The mapping manifests of a generated fleet: what each of its clusters has, save for the drift that was planted. */
export function fleetManifests(fleet: Fleet): readonly ManifestFile[] {
  const documents = new Map<string, string[]>();
  for (let mapping = 0; mapping < fleet.plan.mappings; mapping += 1) {
    const { team } = fleetName(mapping);
    const document = stringify(manifestOf(mapping, fleet.plan), { lineWidth: 0 });
    const texts = documents.get(team);
    if (texts) texts.push(document);
    else documents.set(team, [document]);
  }
  return [...documents].map(([team, texts]) => ({
    file: `${team}.yaml`,
    text: `---\n${texts.join('---\n')}`,
  }));
}

/** A document in the format of DESIGN §12. */
function manifestOf(mapping: number, plan: FleetPlan): object {
  const { team, namespace, serviceAccount } = fleetName(mapping);
  const variant = fleetVariant(mapping);
  return {
    apiVersion: 'rolecall.dev/v1',
    kind: 'Mapping',
    metadata: { namespace, serviceAccount },
    spec: {
      team,
      targets: [
        {
          clusters: 'all',
          roleArn: `arn:{partition}:iam::{account}:role/${fleetRoleName(mapping)}`,
          ...(variant.targetRoleName === undefined
            ? {}
            : { targetRoleArn: `arn:{partition}:iam::${plan.hub}:role/${variant.targetRoleName}` }),
          ...(variant.disableSessionTags ? { disableSessionTags: true } : {}),
          ...(variant.policy === undefined ? {} : { policy: JSON.parse(variant.policy) }),
          tags: { team },
        },
      ],
    },
  };
}
