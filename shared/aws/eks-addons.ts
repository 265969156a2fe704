import { type AddonIssue, DescribeAddonCommand, type Addon as EksAddon } from '@aws-sdk/client-eks';
import type { ClusterRef } from '#shared/domain/cluster.ts';
import type { Addon, Addons } from '#shared/ports/addons.ts';
import type { CallOptions } from '#shared/ports/pod-identity.ts';
import { required } from './answer-fields.ts';
import { type CallName, expectOutput } from './call-aws.ts';
import type { EksCalls } from './eks-calls.ts';
import { malformedAnswer } from './malformed-answer.ts';

/** Reads add-ons from EKS. */
export class EksAddons implements Addons {
  readonly #calls: EksCalls;

  constructor(calls: EksCalls) {
    this.#calls = calls;
  }

  async describe(cluster: ClusterRef, addonName: string, options?: CallOptions): Promise<Addon | undefined> {
    const name = { operation: 'eks:DescribeAddon', subject: () => `${addonName} in ${cluster.name}` };
    const answer = await this.#calls.call(
      cluster,
      name,
      (client, send) => client.send(new DescribeAddonCommand({ clusterName: cluster.name, addonName }), send),
      options,
    );
    if (answer.kind === 'refused' && answer.refusal.kind === 'notFound') return undefined;
    return toAddon(expectOutput(answer).addon, name);
  }
}

function toAddon(answer: EksAddon | undefined, name: CallName): Addon {
  if (!answer) throw malformedAnswer(name, 'addon is missing');
  return {
    addonName: required(answer.addonName, 'addonName', name),
    addonArn: required(answer.addonArn, 'addonArn', name),
    status: required(answer.status, 'status', name),
    healthIssues: (answer.health?.issues ?? []).map(toHealthIssue),
    ...(answer.addonVersion ? { addonVersion: answer.addonVersion } : {}),
  };
}

function toHealthIssue({ code, message }: AddonIssue): Addon['healthIssues'][number] {
  return { code: code ?? 'Unknown', message: message ?? '' };
}
