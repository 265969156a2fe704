import * as z from 'zod';
import { DRIFTS } from '#shared/domain/decision.ts';

/** The one description of what `rolecall check -o json` prints; the JSON Schema is generated from it. */

const API_VERSION = 'rolecall.dev/v1';

const STEPS = ['create', 'update', 'adopt', 'delete'] as const;

const Failure = z
  .strictObject({
    code: z.string().describe('What failed, from a closed list: `aws.accessDenied`, `aws.throttled` …'),
    message: z.string().describe('One sentence for a person.'),
  })
  .describe('Why something could not be read.');

const HoldReason = z.enum([
  'observeMode',
  'ignoreMode',
  'pruneOff',
  'brake',
  'frozen',
  'clusterPartlyRead',
  'clusterNotActive',
  'notInPlan',
]);

const FieldChange = z
  .strictObject({
    field: z
      .string()
      .describe('`roleArn`, `targetRoleArn`, `disableSessionTags`, `policy`, or a tag as `tags.KEY`.'),
    from: z.string().nullable().describe('What it is now; null for nothing.'),
    to: z.string().nullable().describe('What it should be; null for nothing.'),
  })
  .describe('One field that the step would change, or did.');

const Outcome = z
  .strictObject({
    kind: z
      .enum(['applied', 'found', 'later', 'held', 'failed'])
      .describe(
        '`applied`: done. `found`: AWS refused, and somebody has to change something. `later`: not settled in time, ' +
          'the next check tells. `held`: writes are stopped, or the wish moved. `failed`: an error.',
      ),
    because: z
      .string()
      .exactOptional()
      .describe('The code of what was found, waited for or failed: `roleMissing`, `answerLost` …'),
    message: z.string().exactOptional().describe('One sentence for a person.'),
  })
  .describe('How the repair of this key ended. Only after `--repair`.');

const Decision = z
  .strictObject({
    namespace: z.string().describe('The Kubernetes namespace.'),
    serviceAccount: z.string().describe('The Kubernetes service account.'),
    decision: z
      .enum(['converged', 'settling', ...STEPS, 'report', 'hold', 'unknown'])
      .describe(
        "What is right for this key: nothing (`converged`), a step, to leave it alone (`report`: it is somebody else's), " +
          'a step that may not be taken now (`hold`), to look again soon (`settling`), or nothing that could be told (`unknown`).',
      ),
    wished: z.boolean().describe('Whether a mapping wishes for this key on this cluster.'),
    differs: z.boolean().describe('Whether this key counts as a difference, which makes the exit code 2.'),
    fromMemory: z
      .literal(true)
      .exactOptional()
      .describe('Listed, and as it was when it was last described: its fields were not looked at this time.'),
    drift: z.array(z.enum(DRIFTS)).describe('The named differences; empty when nothing differs.'),
    reason: z.string().describe('One sentence for a person.'),
    takeover: z
      .literal(true)
      .exactOptional()
      .describe(
        'With the step `adopt`: another tool claims it, or it differs, and the mapping says `takeover`.',
      ),
    step: z.enum(STEPS).exactOptional().describe('With `hold`: the step that would be right.'),
    heldBecause: HoldReason.exactOptional().describe('With `hold`: why the step is not taken.'),
    finding: z
      .enum(['unmanaged', 'foreign', 'addonOwned'])
      .exactOptional()
      .describe('With `report`: whose the association is.'),
    unknownBecause: z
      .enum(['notVerified', 'clusterUnread', 'describeFailed', 'desiredUnreadable'])
      .exactOptional()
      .describe('With `unknown`: why.'),
    owner: z.string().exactOptional().describe('With `report`: who seems to own the association.'),
    associationId: z.string().exactOptional().describe('The association that is there, or was made.'),
    roleArn: z.string().exactOptional().describe('The role that the association has now.'),
    changes: z.array(FieldChange).exactOptional().describe('Exactly what the step would change, or did.'),
    podEffect: z
      .enum(['none', 'restartToGain', 'within6h', 'within59min', 'loseOnExpiry'])
      .exactOptional()
      .describe('What running pods notice of the step.'),
    outcome: Outcome.exactOptional(),
  })
  .describe(
    'One key of the cluster: a namespace and service account that is wished for, or has an association.',
  );

const Finding = z
  .strictObject({
    finding: z
      .enum([
        'roleMissing',
        'trustPolicyInvalid',
        'trustUnknown',
        'roleUnread',
        'agentMissing',
        'agentDegraded',
        'agentUnknown',
        'unmanaged',
        'foreign',
        'addonOwned',
      ])
      .describe('What was found.'),
    severity: z
      .enum(['problem', 'unknown', 'notice'])
      .describe(
        '`problem`: pods fail to get credentials, or will. `unknown`: could not be told. `notice`: good to know.',
      ),
    message: z.string().describe('One sentence for a person.'),
    namespace: z.string().exactOptional(),
    serviceAccount: z.string().exactOptional(),
    roleArn: z.string().exactOptional(),
    associationId: z.string().exactOptional(),
    owner: z.string().exactOptional(),
  })
  .describe(
    'Something that a person should know and that no step of ours puts right. What is wrong with a role makes its key a difference; the rest counts only with `--strict`.',
  );

const Cluster = z
  .strictObject({
    name: z.string(),
    account: z.string(),
    region: z.string(),
    arn: z.string(),
    status: z
      .enum(['clean', 'differs', 'unknown', 'absent'])
      .describe(
        '`unknown`: it, or a part of it, could not be read, so it is not called clean. `absent`: there is no such cluster.',
      ),
    version: z.string().exactOptional().describe('The Kubernetes version.'),
    associations: z.number().int().describe('How many associations were seen.'),
    decisions: z.array(Decision).describe('Sorted by namespace and service account.'),
    findings: z.array(Finding),
    calls: z.record(z.string(), z.number().int()).describe('Calls to AWS for this cluster, by operation.'),
    failure: Failure.exactOptional().describe('The first thing of the cluster that could not be read.'),
  })
  .describe('One cluster.');

const count = (what: string) => z.number().int().describe(what);

const Summary = z.strictObject({
  clusters: z.strictObject({
    total: count('All clusters looked at, with those that could not be read.'),
    clean: count('Everything is as wished.'),
    differs: count('Something differs, and everything could be read.'),
    unknown: count('Not, or not wholly, read.'),
    absent: count('Named, and not there.'),
  }),
  keys: z
    .strictObject({
      total: count('Keys that are wished for or have an association.'),
      converged: count('As they should be.'),
      unusable: count(
        'As wished, but the role is gone or its trust policy does not admit the service account.',
      ),
      delete: count('To delete.'),
      create: count('To create.'),
      update: count('To change in place.'),
      adopt: count('To adopt: already as wished.'),
      takeOver: count("To take over: somebody else's or different, and the mapping says `takeover`."),
      conflict: count("Wished for, and somebody else's association is there."),
      hold: count('A step would be right and may not be taken now.'),
      settling: count('Written moments ago.'),
      unknown: count('Could not be told.'),
      ignored: count('The mapping or the cluster says `ignore`.'),
      others: count("Not wished for, and somebody else's."),
    })
    .describe('After `--repair`: how the keys stand then.'),
  findings: z.record(z.string(), z.number().int()).describe('Findings by name.'),
  calls: count('Calls to AWS, all together.'),
  repair: z
    .strictObject({
      create: count('Created.'),
      update: count('Changed in place.'),
      adopt: count('Adopted.'),
      takeOver: count('Taken over.'),
      delete: count('Deleted.'),
      failed: count('Not done: an error, or a refusal by AWS.'),
      remaining: count('Keys that still differ.'),
    })
    .exactOptional()
    .describe('What was done. Only after `--repair`.'),
});

export const CheckReportSchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION).describe('The version of this format.'),
    kind: z.literal('CheckReport').describe('What the document is.'),
    checkedAt: z.iso.datetime().describe('When the check began, UTC.'),
    owner: z.string().describe('The installation whose associations count as ours.'),
    verify: z.enum(['full', 'membership']).describe('How much was described.'),
    strict: z.boolean().describe('Whether findings count as differences.'),
    summary: Summary,
    unread: z
      .array(z.strictObject({ account: z.string(), region: z.string(), failure: Failure }))
      .describe('Accounts and regions whose clusters could not be listed: nothing is known of them.'),
    idleMappings: z
      .array(
        z.strictObject({
          mapping: z.string().describe('clusterSet/namespace/serviceAccount'),
          source: z.string().describe('File and line.'),
        }),
      )
      .describe('With --all-clusters, when all could be read: mappings that select none of them.'),
    clusters: z.array(Cluster).describe('Sorted by account, region and name.'),
    exitCode: z
      .union([z.literal(0), z.literal(1), z.literal(2)])
      .describe(
        '0: everything is as wished. 1: an error, or something is unknown. 2: there are differences.',
      ),
  })
  .describe('What `rolecall check` found out, and with `--repair` did.');

/** The JSON Schema (2020-12) of `rolecall check -o json`, for docs/schema/check-report.schema.json. */
export function checkReportJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(CheckReportSchema, { target: 'draft-2020-12' });
  return {
    $schema,
    $id: 'https://rolecall.dev/schema/check-report.schema.json',
    title: 'CheckReport',
    ...schema,
  };
}
