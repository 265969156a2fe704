/**
 * Names that a stack and a handler must agree on. Each is said here once; stacks and handlers import it.
 */

/** Environment variables of the functions. Which function has which is in `stacks/reconcilers.ts`. */
export const ENV = {
  /** Whose associations these are: the value of the tag `rolecall.dev/installation`. */
  installation: 'ROLECALL_INSTALLATION',
  registryTable: 'REGISTRY_TABLE',
  outboxTable: 'OUTBOX_TABLE',
  inboundQueueUrl: 'INBOUND_QUEUE_URL',
  reconcileQueueUrl: 'RECONCILE_QUEUE_URL',
  waitingQueueUrl: 'WAITING_QUEUE_URL',
  enrolQueueUrl: 'ENROL_QUEUE_URL',
  /** The bus on which Rolecall publishes. */
  busName: 'ROLECALL_BUS',
  /** Names of the roles that spoke accounts have for Rolecall; the account completes the ARN. */
  spokeReadRole: 'SPOKE_READ_ROLE',
  spokeWriteRole: 'SPOKE_WRITE_ROLE',
  spokeExternalId: 'SPOKE_EXTERNAL_ID',
  /** What the brake lets pass in 24 hours: on a cluster at least, as a share of its associations, over the fleet. */
  brakeClusterFloor: 'BRAKE_CLUSTER_FLOOR',
  brakeClusterShare: 'BRAKE_CLUSTER_SHARE',
  brakeFleet: 'BRAKE_FLEET',
  logLevel: 'POWERTOOLS_LOG_LEVEL',
  serviceName: 'POWERTOOLS_SERVICE_NAME',
  metricsNamespace: 'POWERTOOLS_METRICS_NAMESPACE',
} as const;

/** CloudWatch namespace of Rolecall's metrics; their one dimension is `service`, with the installation's name. */
export const METRIC_NAMESPACE = 'Rolecall';
export const METRIC_DIMENSION = 'service';

/** Rolecall's metrics. Zero is emitted as well as one, so that an alarm can tell quiet from silent. */
export const METRIC = {
  /** Gauge after each reconcile of a cluster: drifts of its keys that are found and not put right. */
  driftOpen: 'DriftOpen',
  /** Drifts put right. */
  driftRepaired: 'DriftRepaired',
  /** Repairs that were tried and failed for good, or have not gone well for eight minutes. */
  repairFailed: 'RepairFailed',
  /** Answers of AWS that asked us to slow down, also where the call went well when it was tried again. */
  throttled: 'AwsThrottled',
  /** Clusters that could not be read when they should have been. */
  clusterUnread: 'ClusterUnread',
  /** 1 whenever a write is held by the brake. */
  brakeEngaged: 'BrakeEngaged',
  /** 1 whenever a write is held because writes are frozen, or because the switch could not be read. */
  frozen: 'WritesFrozen',
  /** Inbound events that nobody could read, and that were acknowledged without effect. */
  eventUnreadable: 'EventUnreadable',
  /** Events about clusters that nobody enrolled. */
  unknownCluster: 'UnknownCluster',
  /** Milliseconds from an event's time to the end of the repair it led to. */
  eventToRepair: 'EventToRepair',
} as const;

/** The functions, by the folder of their handler (`functions/<name>/handler.ts`). */
export const FUNCTIONS = [
  'detect-drift',
  'reconcile-associations',
  'resume-waiting',
  'enrol-cluster',
  'dispatch-outbox',
] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** Functions whose roles spoke accounts trust; their names must not change without the spoke template. */
export const TRUSTED_BY_SPOKES = {
  read: ['reconcile-associations', 'enrol-cluster'],
  write: ['reconcile-associations'],
} as const satisfies Readonly<Record<string, readonly FunctionName[]>>;

/** What everything of an installation is called in AWS: `rolecall-production-reconcile-associations`. */
export function physicalName(installation: string, name: string): string {
  return `rolecall-${installation}-${name}`;
}

/** The names of the roles in a spoke account. */
export function spokeRoleName(installation: string, access: 'read' | 'write' | 'events'): string {
  return physicalName(installation, `spoke-${access}`);
}
