import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { readEvent } from '#events/inbound/read-event.ts';
import type { Names } from './names.ts';
import type { VerifyOptions } from './options.ts';
import type { Answer } from './probe-eks.ts';
import { redact } from './redact.ts';
import { must, type Shell } from './shell.ts';

/** Written by the run itself, and so far without a real sample (facts §12 item 1). */
const WANTED = [
  { source: 'eks', name: 'CreatePodIdentityAssociation' },
  { source: 'eks', name: 'UpdatePodIdentityAssociation' },
  { source: 'eks', name: 'DeletePodIdentityAssociation' },
  { source: 'eks', name: 'TagResource' },
  { source: 'iam', name: 'CreateRole' },
  { source: 'iam', name: 'UntagRole' },
  { source: 'iam', name: 'PutRolePermissionsBoundary' },
  { source: 'iam', name: 'DeleteRolePermissionsBoundary' },
] as const;

const Found = z.object({ Events: z.array(z.object({ CloudTrailEvent: z.string() })) });
const Record = z.looseObject({ eventID: z.string(), eventTime: z.string() });

/**
 * Takes the records that the run left in CloudTrail's Event history (they take up to a quarter of an hour), and notes whether our
 * parsers read each. Answers what to keep, by file name, fit to be committed.
 */
export async function captureRecords(
  shell: Shell,
  options: VerifyOptions,
  names: Names,
  since: string,
): Promise<{ readonly files: ReadonlyMap<string, string>; readonly answers: readonly Answer[] }> {
  const files = new Map<string, string>();
  const answers: Answer[] = [];
  for (const { source, name } of WANTED) {
    const region = source === 'iam' ? 'us-east-1' : options.region;
    let records: readonly string[] = [];
    const look = async () => {
      const attribute = `AttributeKey=EventName,AttributeValue=${name}`;
      const lookUp = ['aws', 'cloudtrail', 'lookup-events', '--region', region, '--start-time', since];
      const text = await must(shell, [...lookUp, '--lookup-attributes', attribute], '{"Events":[]}');
      records = Found.parse(JSON.parse(text))
        .Events.map((event) => event.CloudTrailEvent)
        .filter((record) => isOurs(record, options, names));
      return records.length > 0;
    };
    try {
      await shell.until(`CloudTrail shows ${name}`, 1200, look);
    } catch (cause) {
      answers.push({
        question: `§12.1 ${name}`,
        answer: cause instanceof Error ? cause.message : String(cause),
      });
    }
    if (options.dryRun) answers.push({ question: `§12.1 ${name}`, answer: '' });
    for (const [index, record] of records.slice(0, 3).entries()) {
      files.set(
        `${name}-${index + 1}.json`,
        `${JSON.stringify(JSON.parse(redact(record, options)), null, 2)}\n`,
      );
      answers.push({
        question: `§12.1 ${name} ${index + 1}`,
        answer: `read as ${reading(record, source, options)}`,
      });
    }
  }
  return { files, answers };
}

/** Records of this run: they name the cluster, or a role of ours. */
function isOurs(record: string, { cluster }: VerifyOptions, { clusterArn, rolePrefix }: Names): boolean {
  return (
    record.includes(encodeURIComponent(clusterArn)) ||
    record.includes(`podidentityassociation/${cluster}/`) ||
    record.includes(`podidentityassociation%2F${cluster}%2F`) ||
    record.includes(`"${cluster}"`) ||
    record.includes(rolePrefix)
  );
}

/** What our parsers make of a record, as EventBridge would bring it. */
function reading(text: string, source: 'eks' | 'iam', { account, region }: VerifyOptions): string {
  const detail = Record.parse(JSON.parse(text));
  const hint = readEvent({
    version: '0',
    id: detail.eventID,
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${source}`,
    account,
    time: detail.eventTime,
    region: source === 'iam' ? 'us-east-1' : region,
    resources: [],
    detail,
  });
  return hint.kind === 'nothing' ? `nothing (${hint.reason}): ${hint.detail}` : hint.kind;
}

/** Puts everything that was learnt into a folder. */
export async function keep(
  folder: string,
  files: ReadonlyMap<string, string>,
  answers: readonly Answer[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of files) await writeFile(join(folder, name), text);
  await writeFile(join(folder, 'answers.json'), `${JSON.stringify(answers, null, 2)}\n`);
}
