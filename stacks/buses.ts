import { named } from './names.ts';
import type { Fleet, Settings } from './settings.ts';

export type Buses = ReturnType<typeof buses>;

/** Services whose events may come in. */
const SOURCES = ['aws.eks', 'aws.iam'];

/**
 * Two buses: `inbound`, where the fleet's accounts send their events, and Rolecall's own, where it publishes. An event that
 * was received cannot be passed on to a third bus, and nobody outside may write on the one that others listen to.
 */
export function buses({ fleet }: Settings) {
  const inbound = new sst.aws.Bus('InboundBus', { transform: { bus: { name: named('inbound') } } });
  const own = new sst.aws.Bus('RolecallBus', { transform: { bus: { name: named('events') } } });
  admit(fleet, inbound);
  return { inbound, own };
}

/** Lets the fleet's other accounts in; the hub's own needs no leave of the bus. */
function admit(fleet: Fleet, bus: sst.aws.Bus) {
  if (fleet.kind === 'accounts' && fleet.accounts.length === 0) return;
  const { principals, conditions } = admitted(fleet);
  new aws.cloudwatch.EventBusPolicy('InboundBusPolicy', {
    eventBusName: bus.name,
    policy: aws.iam.getPolicyDocumentOutput({
      statements: [
        {
          sid: 'EventsOfTheFleet',
          actions: ['events:PutEvents'],
          resources: [bus.arn],
          principals,
          conditions: [
            ...conditions,
            { test: 'ForAllValues:StringEquals', variable: 'events:source', values: SOURCES },
          ],
        },
      ],
    }).json,
  });
}

function admitted(fleet: Fleet) {
  if (fleet.kind === 'organisation') {
    return {
      principals: [{ type: '*', identifiers: ['*'] }],
      conditions: [{ test: 'StringEquals', variable: 'aws:PrincipalOrgID', values: [fleet.id] }],
    };
  }
  const partition = aws.getPartitionOutput().partition;
  return {
    principals: [
      {
        type: 'AWS',
        identifiers: fleet.accounts.map((account) => $interpolate`arn:${partition}:iam::${account}:root`),
      },
    ],
    conditions: [],
  };
}
