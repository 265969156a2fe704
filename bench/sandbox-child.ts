/**
 * The sandbox in a process of its own, so that its CPU is not ours. Prints `{url, manifests}` once it is ready, and
 * ends with its parent's pipe.
 *
 * Arguments: how many associations the one cluster has, added latency in milliseconds.
 */
import { fleetManifests } from '#sandbox/seed/fleet-manifests.ts';
import { generateFleet } from '#sandbox/seed/generate-fleet.ts';
import { startSandbox } from '#sandbox/start-sandbox.ts';

const [associations = '5000', latencyMs = '0'] = process.argv.slice(2);
const fleet = generateFleet({
  clusters: 1,
  accounts: 1,
  regions: 1,
  associationsPerCluster: Number(associations),
  driftRate: 0,
});
const sandbox = await startSandbox({
  port: 0,
  populate: (world) => fleet.populate(world),
  switches: { latencyMs: Number(latencyMs) },
});
const [cluster] = fleet.clusters;
process.stdin.resume();
process.stdin.on('end', () => void sandbox.stop());
process.stdout.write(
  `${JSON.stringify({ url: sandbox.url, cluster, managedBy: fleet.plan.managedBy, manifests: fleetManifests(fleet) })}\n`,
);
