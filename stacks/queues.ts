import { named } from './names.ts';

export type Queues = ReturnType<typeof queues>;

/** Dead letters wait for a person: as long as SQS keeps them. */
const TWO_WEEKS = 14 * 24 * 3600;
/** The most that SQS takes, and EventBridge sends. Unless said otherwise the provider asks for a quarter of it. */
const MAX_MESSAGE_BYTES = 1_048_576;
/** Of every function that reads a queue. */
export const WORKER_TIMEOUT_SECONDS = 30;
/** AWS asks for six times the function's time-out: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const VISIBILITY = '180 seconds';
/**
 * How often a message is tried. Failures set their own visibility, growing up to a quarter of an hour, so that this many span
 * an outage of AWS of more than an hour.
 */
const MAX_RECEIVES = 10;

/**
 * `inbound` holds the fleet's events; `reconcile` (FIFO, a group for each cluster) what is to be looked at; `waiting` what is to
 * be looked at later, so that nothing in a cluster's group has to wait for it; `enrol` clusters that came or went. Each has its
 * dead letters. `undelivered` takes what EventBridge could not deliver, `lost` what the outbox could not dispatch.
 */
export function queues() {
  const reconcileDead = deadLetters('ReconcileDead', 'reconcile-dead', true);
  return {
    inbound: standard('Inbound', 'inbound'),
    reconcile: {
      dead: reconcileDead,
      queue: new sst.aws.Queue('ReconcileQueue', {
        fifo: true,
        visibilityTimeout: VISIBILITY,
        dlq: { queue: reconcileDead.arn, retry: MAX_RECEIVES },
        transform: {
          queue: {
            name: named('reconcile.fifo'),
            maxMessageSize: MAX_MESSAGE_BYTES,
            // Each cluster at its own speed.
            deduplicationScope: 'messageGroup',
            fifoThroughputLimit: 'perMessageGroupId',
          },
        },
      }),
    },
    waiting: standard('Waiting', 'waiting'),
    enrol: standard('Enrol', 'enrol'),
    undelivered: deadLetters('Undelivered', 'undelivered', false),
    lost: deadLetters('Lost', 'outbox-lost', false),
  };
}

function standard(name: string, physical: string) {
  const dead = deadLetters(`${name}Dead`, `${physical}-dead`, false);
  const queue = new sst.aws.Queue(`${name}Queue`, {
    visibilityTimeout: VISIBILITY,
    dlq: { queue: dead.arn, retry: MAX_RECEIVES },
    transform: { queue: { name: named(physical), maxMessageSize: MAX_MESSAGE_BYTES } },
  });
  return { queue, dead };
}

/** A queue for what nobody could deal with. Given a provider, in that provider's region. */
export function deadLetters(name: string, physical: string, fifo: boolean, provider?: aws.Provider) {
  return new sst.aws.Queue(
    `${name}Queue`,
    {
      fifo,
      transform: {
        queue: {
          name: named(fifo ? `${physical}.fifo` : physical),
          messageRetentionSeconds: TWO_WEEKS,
          maxMessageSize: MAX_MESSAGE_BYTES,
        },
      },
    },
    provider === undefined ? {} : { provider },
  );
}
