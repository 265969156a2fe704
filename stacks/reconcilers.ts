import { ENV, spokeRoleName } from '#shared/runtime/names.ts';
import type { Buses } from './buses.ts';
import { rolecallFunction } from './function.ts';
import {
  publishOn,
  putInto,
  readStream,
  readTable,
  receiveFrom,
  sendTo,
  takeOn,
  writeItems,
} from './grants.ts';
import type { Queues } from './queues.ts';
import type { Tables } from './registry.ts';
import type { Settings } from './settings.ts';

/**
 * Partition keys of the registry (`shared/aws/registry/item-keys.ts`) that functions may write. Mappings, revisions,
 * enrolment rules and the freeze switch are not among them: those are changed by people.
 */
const CLUSTERS_AND_ASSOCIATIONS = 'C#*';
/** `C#arn#createdAt`: a cluster's own item has no second `#`, and is kept when it is retired. */
const ASSOCIATIONS = 'C#*#*';
const FINDINGS = 'F#*';
const AUDIT = 'A#*';
const BRAKE = 'BRAKE';
const JOBS = 'J#*';
const SEEN_EVENTS = 'E#*';
const TOLD_CAUSES = 'CAUSE#*';
const FREEZE = 'FREEZE#*';
const ENROLMENTS = 'ENROL#*';

/** The functions, what each may do, and what feeds them. */
export function reconcilers(settings: Settings, tables: Tables, queue: Queues, bus: Buses) {
  const all = { settings, tables, queue, bus, spokes: spokes(settings) };
  const dispatch = dispatchOutbox(all);
  const parts = { ...all, dispatch };
  return {
    detectDrift: detectDrift(parts),
    reconcileAssociations: reconcileAssociations(parts),
    resumeWaiting: resumeWaiting(parts),
    enrolCluster: enrolCluster(parts),
    dispatchOutbox: dispatch,
  };
}

interface Parts extends SharedParts {
  /** Deployed before those that write into the outbox: it gives up what it does not know. */
  readonly dispatch: sst.aws.Function;
}

interface SharedParts {
  readonly settings: Settings;
  readonly tables: Tables;
  readonly queue: Queues;
  readonly bus: Buses;
  readonly spokes: ReturnType<typeof spokes>;
}

/** Events of the fleet ► keys to look at. It reads nothing of AWS but the registry. */
function detectDrift({ settings, tables, queue, spokes: { roles }, dispatch }: Parts) {
  const detect = rolecallFunction(settings, {
    name: 'detect-drift',
    after: dispatch,
    memory: '512 MB',
    environment: {
      ...tableNames(tables),
      [ENV.inboundQueueUrl]: queue.inbound.queue.url,
      [ENV.reconcileQueueUrl]: queue.reconcile.queue.url,
      [ENV.enrolQueueUrl]: queue.enrol.queue.url,
      // An event by this role may be an echo of our own write.
      [ENV.spokeWriteRole]: roles.write,
    },
    grants: [
      receiveFrom(queue.inbound.queue),
      sendTo(queue.reconcile.queue, queue.enrol.queue),
      ...readTable(tables.registry),
      ...writeItems(tables.registry, { put: [AUDIT, SEEN_EVENTS, FINDINGS, TOLD_CAUSES] }),
      putInto(tables.outbox),
    ],
  });
  feed('Inbound', queue.inbound.queue, detect, { batchSize: 10 });
  return detect;
}

/** The only writer. One message at a time, so that one cluster's trouble fails nothing else. */
function reconcileAssociations({
  settings,
  tables,
  queue,
  spokes: { read, write, environment },
  dispatch,
}: Parts) {
  const reconcile = rolecallFunction(settings, {
    name: 'reconcile-associations',
    after: dispatch,
    memory: '1024 MB',
    loops: true,
    environment: {
      ...tableNames(tables),
      ...environment,
      [ENV.reconcileQueueUrl]: queue.reconcile.queue.url,
      [ENV.waitingQueueUrl]: queue.waiting.queue.url,
      [ENV.brakeClusterFloor]: String(settings.brake.clusterFloor),
      [ENV.brakeClusterShare]: String(settings.brake.clusterShare),
      [ENV.brakeFleet]: String(settings.brake.fleet),
    },
    grants: [
      receiveFrom(queue.reconcile.queue),
      sendTo(queue.waiting.queue),
      ...readTable(tables.registry),
      ...writeItems(tables.registry, {
        // A request to meet a cluster that was made again.
        put: [CLUSTERS_AND_ASSOCIATIONS, FINDINGS, AUDIT, SEEN_EVENTS, TOLD_CAUSES, ENROLMENTS],
        // Findings that end, and what the brake counts.
        update: [FINDINGS, BRAKE],
        remove: [ASSOCIATIONS],
        check: [CLUSTERS_AND_ASSOCIATIONS, FREEZE],
      }),
      putInto(tables.outbox),
      read,
      write,
    ],
  });
  feed('Reconcile', queue.reconcile.queue, reconcile, {
    batchSize: 1,
    scalingConfig: { maximumConcurrency: settings.concurrentClusters },
  });
  return reconcile;
}

/** Puts what has waited long enough back on the reconcile queue (docs/decisions/0008). */
function resumeWaiting({ settings, queue }: Parts) {
  const resume = rolecallFunction(settings, {
    name: 'resume-waiting',
    memory: '256 MB',
    loops: true,
    environment: {
      [ENV.waitingQueueUrl]: queue.waiting.queue.url,
      [ENV.reconcileQueueUrl]: queue.reconcile.queue.url,
    },
    grants: [receiveFrom(queue.waiting.queue), sendTo(queue.reconcile.queue)],
  });
  feed('Waiting', queue.waiting.queue, resume, { batchSize: 10 });
  return resume;
}

/** Clusters that came, went or were asked for. It comes back, with a delay, until a cluster is ACTIVE. */
function enrolCluster({ settings, tables, queue, spokes: { read, environment }, dispatch }: Parts) {
  const enrol = rolecallFunction(settings, {
    name: 'enrol-cluster',
    after: dispatch,
    memory: '512 MB',
    loops: true,
    environment: { ...tableNames(tables), ...environment, [ENV.enrolQueueUrl]: queue.enrol.queue.url },
    grants: [
      receiveFrom(queue.enrol.queue),
      sendTo(queue.enrol.queue),
      ...readTable(tables.registry),
      ...writeItems(tables.registry, {
        put: [CLUSTERS_AND_ASSOCIATIONS, FINDINGS, AUDIT, JOBS, SEEN_EVENTS, TOLD_CAUSES, ENROLMENTS],
        update: [FINDINGS],
        remove: [ASSOCIATIONS],
        check: [CLUSTERS_AND_ASSOCIATIONS, FREEZE],
      }),
      putInto(tables.outbox),
      read,
    ],
  });
  feed('Enrol', queue.enrol.queue, enrol, { batchSize: 1 });
  return enrol;
}

/** What a transaction had to tell ► the reconcile and the enrol queue, and Rolecall's bus. */
function dispatchOutbox({ settings, tables, queue, bus }: SharedParts) {
  const dispatch = rolecallFunction(settings, {
    name: 'dispatch-outbox',
    memory: '512 MB',
    environment: {
      [ENV.reconcileQueueUrl]: queue.reconcile.queue.url,
      [ENV.enrolQueueUrl]: queue.enrol.queue.url,
      [ENV.busName]: bus.own.name,
    },
    grants: [
      ...readStream(tables.outbox),
      sendTo(queue.reconcile.queue, queue.enrol.queue, queue.lost),
      publishOn(bus.own),
    ],
  });
  new aws.lambda.EventSourceMapping('OutboxMapping', {
    eventSourceArn: tables.outbox.nodes.table.streamArn,
    functionName: dispatch.arn,
    batchSize: 25,
    startingPosition: 'TRIM_HORIZON',
    // Rows are put once; their end by time to live tells nobody anything.
    filterCriteria: { filters: [{ pattern: JSON.stringify({ eventName: ['INSERT'] }) }] },
    bisectBatchOnFunctionError: true,
    maximumRetryAttempts: 20,
    functionResponseTypes: ['ReportBatchItemFailures'],
    destinationConfig: { onFailure: { destinationArn: queue.lost.arn } },
  });
  return dispatch;
}

function feed(
  name: string,
  queue: sst.aws.Queue,
  worker: sst.aws.Function,
  options: Pick<aws.lambda.EventSourceMappingArgs, 'batchSize' | 'scalingConfig'>,
) {
  new aws.lambda.EventSourceMapping(`${name}Mapping`, {
    eventSourceArn: queue.arn,
    functionName: worker.arn,
    functionResponseTypes: ['ReportBatchItemFailures'],
    ...options,
  });
}

function tableNames({ registry, outbox }: Tables) {
  return { [ENV.registryTable]: registry.name, [ENV.outboxTable]: outbox.name };
}

/** The roles in spoke accounts, and how they are taken on. Who may is checked again by the roles' own trust. */
function spokes({ fleet, installation, externalId }: Settings) {
  const partition = aws.getPartitionOutput().partition;
  const roles = { read: spokeRoleName(installation, 'read'), write: spokeRoleName(installation, 'write') };
  return {
    roles,
    read: takeOn(fleet, partition, [roles.read]),
    write: takeOn(fleet, partition, [roles.write]),
    environment: {
      [ENV.spokeReadRole]: roles.read,
      [ENV.spokeWriteRole]: roles.write,
      [ENV.spokeExternalId]: externalId,
    },
  };
}
