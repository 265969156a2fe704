import * as z from 'zod';
import { DRIFTS } from '#shared/domain/decision.ts';
import { MODES } from '#shared/domain/mode.ts';

/** What the details of Rolecall's own events are made of. Times are epoch milliseconds. */

export const ClusterPart = z
  .object({
    partition: z.string(),
    account: z.string(),
    region: z.string(),
    name: z.string(),
    createdAt: z.number().exactOptional().describe('Tells a cluster from an earlier one of the same name.'),
  })
  .describe('The cluster. The envelope’s `resources` has its ARN.');

export const KeyPart = z
  .object({ namespace: z.string(), serviceAccount: z.string() })
  .describe('The service account.');

export const CausePart = z
  .object({
    principal: z
      .string()
      .describe('The ARN of who did it; of an assumed role, of the session. Words when there is no ARN.'),
    eventId: z.string().describe('CloudTrail’s id of the event.'),
    eventName: z.string().exactOptional().describe('`UpdatePodIdentityAssociation` …'),
    at: z.number().describe('When it happened.'),
    text: z.string().exactOptional().describe('Who it was, for a person.'),
    affected: z
      .object({ serviceAccounts: z.number().int(), clusters: z.number().int() })
      .exactOptional()
      .describe('How much used the role that was changed, as the registry knew it then.'),
  })
  .describe('The event behind it. Absent when it was found by looking, without an event that told.');

export const RevisionPart = z
  .number()
  .int()
  .positive()
  .describe('The revision of the mapping that stands behind it.');

export const AssociationIdPart = z.string().describe('EKS’s id of the association.');
export const DriftPart = z.array(z.enum(DRIFTS)).readonly().describe('What differs, by name.');
export const StepPart = z.enum(['create', 'update', 'adopt', 'delete']).describe('The write.');
export const ModePart = z.enum(MODES);
export const PersonPart = z.string().describe('Who, as the CLI or the API knows them.');
export const ReasonPart = z.string().describe('Why, as that person wrote it.');

/** In every detail. */
const COMMON = {
  schemaVersion: z
    .literal(1)
    .describe('Within a version, fields are only added: ignore those you do not know.'),
  at: z.number().describe('When Rolecall did or saw it.'),
  causeKey: z
    .string()
    .describe('The same for all events that have one cause. `CauseNoticed` tells each once.'),
};

/** The detail of a kind of event: the common fields and its own. */
export function detailOf<F extends z.core.$ZodLooseShape>(fields: F) {
  return z.object({ ...COMMON, ...fields });
}
