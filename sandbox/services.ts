import { eksOperations } from './eks/operations.ts';
import { iamOperations } from './iam/operations.ts';
import type { AnyOperation } from './operation.ts';
import { stsOperations } from './sts/operations.ts';
import type { Protocol, WireRequest } from './wire/protocol.ts';
import { query } from './wire/query.ts';
import { restJson } from './wire/rest-json.ts';
import { shapeOf } from './wire/schema.ts';

/** An AWS service that the sandbox plays. */
export interface Service {
  /** The signing name: `eks`. */
  readonly name: string;
  readonly protocol: Protocol;
  readonly operationNames: readonly string[];
}

const services: readonly Service[] = [
  // The SDK calls the label `clusterName`; EKS, and so CloudTrail, calls it `name` (facts §1.1).
  service('eks', eksOperations, restJson(eksOperations, { clusterName: 'name' })),
  service(
    'iam',
    iamOperations,
    query({
      version: '2010-05-08',
      xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
      operations: iamOperations,
    }),
  ),
  service(
    'sts',
    stsOperations,
    query({
      version: '2011-06-15',
      xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
      operations: stsOperations,
    }),
  ),
];

const byName = new Map(services.map((one) => [one.name, one]));

function service(name: string, operations: readonly AnyOperation[], protocol: Protocol): Service {
  return { name, protocol, operationNames: operations.map((operation) => shapeOf(operation.schema).name) };
}

/** The signing names of the services that are always there. */
export const SERVICE_NAMES: readonly string[] = services.map(({ name }) => name);

/** The service of a signing name; undefined for one that the sandbox does not play. */
export function serviceOf(name: string): Service | undefined {
  return byName.get(name);
}

/** A service that talks as the sender of a request seems to, to refuse it in a shape that the sender can read. */
export function guessService(request: WireRequest): Service {
  const isQuery = request.query.has('Action') || /(^|&)Action=/.test(request.body);
  const guessed = byName.get(isQuery ? 'sts' : 'eks');
  if (!guessed) throw new Error('the sandbox plays neither EKS nor STS');
  return guessed;
}
