import type { Call } from '../operation.ts';
import { badRequest, notFound } from './eks-errors.ts';
import { present } from './existing.ts';
import type { Tags } from './tag-rules.ts';

/** Something of EKS that has tags, whatever it is. */
export interface TaggedResource {
  readonly tags: Tags;
  /** Puts other tags there. Nothing else changes: whether EKS moves `modifiedAt` is unknown (facts §2). */
  setTags(tags: Tags): void;
}

/** The resource of an ARN as this call may see it; the tagging API's own 400 and 404 otherwise. */
export function taggedResource(call: Call, resourceArn: string | undefined): TaggedResource {
  const arn = present(resourceArn);
  const [prefix, , service, region, account, resource = ''] = arn.split(':');
  if (prefix !== 'arn' || service !== 'eks' || resource === '') {
    throw badRequest(`The parameter resourceArn is not a valid ARN of an EKS resource: ${arn}`);
  }
  const missing = notFound(`The specified resource could not be found: ${arn}`);
  if (region !== call.region || account !== call.account) throw missing;
  const [kind = '', clusterName = '', ...rest] = resource.split('/');
  const find = FINDERS[kind];
  if (!find) throw badRequest(`The sandbox has no EKS resources of the type ${kind}.`);
  const found = find(call, clusterName, rest, arn);
  if (!found) throw missing;
  return found;
}

type Finder = (
  call: Call,
  clusterName: string,
  rest: readonly string[],
  arn: string,
) => TaggedResource | undefined;

const FINDERS: Readonly<Record<string, Finder>> = {
  cluster(call, clusterName, rest) {
    const cluster = clusterOf(call, clusterName);
    if (!cluster || rest.length > 0) return undefined;
    return { tags: cluster.tags.at(call.asOf) ?? {}, setTags: (tags) => cluster.tags.set(call.now, tags) };
  },
  podidentityassociation(call, clusterName, [associationId = '']) {
    const store = clusterOf(call, clusterName)?.associations;
    const association = store?.byId(associationId, call.asOf);
    if (!store || !association) return undefined;
    return { tags: association.tags, setTags: (tags) => store.replace({ ...association, tags }, call.now) };
  },
  addon(call, clusterName, [addonName = ''], arn) {
    const timeline = clusterOf(call, clusterName)?.addons.get(addonName);
    const addon = timeline?.at(call.asOf);
    if (!timeline || addon?.addonArn !== arn) return undefined;
    return { tags: addon.tags, setTags: (tags) => timeline.set(call.now, { ...addon, tags }) };
  },
};

function clusterOf(call: Call, name: string) {
  return call.world.eks(call.account, call.region).cluster(name, call.asOf);
}
