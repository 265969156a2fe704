import type { CloudCall, Need } from '../cloud/cloud-operation.ts';
import type { Queue } from './queue.ts';
import { invalidAddress, queueDoesNotExist } from './sqs-errors.ts';

/** The URL of a queue at the sandbox's own endpoint. */
export function urlOf(endpoint: string, queue: Queue): string {
  return `${endpoint}/${queue.place.account}/${queue.name}`;
}

/**
 * The queue of a URL, in the region called: the last two parts of its path are account and name, the host does not
 * matter. Throws `AwsError`.
 */
export function queueOf(call: CloudCall, url: string | undefined): Queue {
  const queue = call.cloud.queues.get(arnOfUrl(call, url));
  if (!queue) throw queueDoesNotExist();
  return queue;
}

/** The permission for one action on the queue of a URL; asked for queues that are not there, too. */
export function queueNeed(call: CloudCall, url: string | undefined, action: string): readonly Need[] {
  const resource = arnOfUrl(call, url);
  const account = resource.split(':')[4] ?? call.account;
  return [
    {
      action: `sqs:${action}`,
      resource,
      account,
      resourcePolicy: call.cloud.queues.get(resource)?.definition.policy,
    },
  ];
}

function arnOfUrl(call: CloudCall, url: string | undefined): string {
  const found = /(?:^|\/)(\d{12})\/([\w.-]+)\/?$/.exec(url ?? '');
  if (!found) throw invalidAddress(url ?? '');
  return `arn:${call.partition}:sqs:${call.region}:${found[1]}:${found[2]}`;
}
