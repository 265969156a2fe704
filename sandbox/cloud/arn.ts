/** The parts of an ARN that the sandbox looks things up by. */
export interface Arn {
  readonly partition: string;
  /** `sqs`, `lambda`, `events` … */
  readonly service: string;
  /** Empty for global services. */
  readonly region: string;
  readonly account: string;
  /** Everything after the account: `queue-name`, `function:name`, `event-bus/default`. */
  readonly resource: string;
}

/** Reads an ARN; undefined when it is none. */
function readArn(text: string): Arn | undefined {
  const [arn, partition, service, region, account, ...rest] = text.split(':');
  if (arn !== 'arn' || !partition || !service || region === undefined || account === undefined)
    return undefined;
  if (rest.length === 0) return undefined;
  return { partition, service, region, account, resource: rest.join(':') };
}

/** Reads an ARN that the sandbox was given as part of a definition. Throws when it is none. */
export function arnOf(text: string): Arn {
  const arn = readArn(text);
  if (!arn) throw new Error(`${text} is not an ARN`);
  return arn;
}

/** Which CloudWatch has the metrics of what is there: `111122223333 eu-west-1`. */
export function metricPlaceOf({ account, region }: Pick<Arn, 'account' | 'region'>): string {
  return `${account} ${region}`;
}
