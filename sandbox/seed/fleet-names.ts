/**
 * The names in a generated fleet, each a function of a number and back again, so that nothing has to be remembered.
 * Mapping number j is the same service account in every cluster, and its role the same name in every account.
 */

const TEAMS = (
  'payments checkout ledger search catalog orders accounts pricing shipping returns fraud identity ' +
  'notifications recommendations inventory loyalty support billing reporting experiments'
).split(' ');

const SERVICES = (
  'api worker scheduler indexer importer exporter gateway consumer publisher cache-warmer migrator batch-runner ' +
  'web admin webhooks cron stream-processor mailer audit-log feature-flags thumbnailer reconciler sync proxy scorer'
).split(' ');

const teamNumbers = new Map(TEAMS.map((team, number) => [team, number]));
const serviceNumbers = new Map(SERVICES.map((service, number) => [service, number]));
/** So many mappings before namespaces get a number. */
const BLOCK = TEAMS.length * SERVICES.length;

/** A service account of the fleet. */
export interface FleetName {
  readonly team: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** The name of mapping number j: teams take turns, so that a small fleet has many teams too. */
export function fleetName(j: number): FleetName {
  const block = Math.floor(j / BLOCK);
  const within = j % BLOCK;
  const team = TEAMS[within % TEAMS.length] ?? '';
  const serviceAccount = SERVICES[Math.floor(within / TEAMS.length)] ?? '';
  return { team, namespace: block === 0 ? team : `${team}-${block}`, serviceAccount };
}

/** The number of the mapping with this name; `undefined` when no fleet has it. */
export function fleetNumber(namespace: string, serviceAccount: string): number | undefined {
  const [, teamName = '', blockText = '0'] = /^([a-z]+)(?:-([1-9]\d*))?$/.exec(namespace) ?? [];
  const team = teamNumbers.get(teamName);
  const service = serviceNumbers.get(serviceAccount);
  if (team === undefined || service === undefined) return undefined;
  return Number(blockText) * BLOCK + service * TEAMS.length + team;
}

/** The role of mapping number j, in every account. */
export function fleetRoleName(j: number): string {
  const { namespace, serviceAccount } = fleetName(j);
  return `${namespace}-${serviceAccount}`;
}

/** The number of the mapping with this role, whatever the case; `undefined` when no fleet has it. */
export function fleetRoleNumber(roleName: string): number | undefined {
  const [, namespace = '', service = ''] =
    /^([a-z]+(?:-[1-9]\d*)?)-([a-z-]+)$/.exec(roleName.toLowerCase()) ?? [];
  return fleetNumber(namespace, service);
}

/** All teams. */
export function fleetTeams(): readonly string[] {
  return TEAMS;
}
