import * as z from 'zod';
import {
  AssociationIdPart,
  CausePart,
  ClusterPart,
  DriftPart,
  detailOf,
  KeyPart,
  RevisionPart,
  StepPart,
} from './event-parts.ts';

/** What is wished for one service account on one cluster is not what is there. */
export const AssociationDrifted = detailOf({
  cluster: ClusterPart,
  key: KeyPart,
  associationId: AssociationIdPart.exactOptional(),
  drift: DriftPart,
  summary: z.string().exactOptional().describe('What differs and what follows, in one sentence.'),
  revision: RevisionPart.exactOptional(),
  cause: CausePart.exactOptional(),
}).describe('What is wished for one service account on one cluster is not what is there.');

/** It was put right. */
export const AssociationRepaired = detailOf({
  cluster: ClusterPart,
  key: KeyPart,
  associationId: AssociationIdPart.exactOptional(),
  step: StepPart,
  drift: DriftPart,
  revision: RevisionPart.exactOptional(),
  tookMs: z.number().exactOptional().describe('From the event to the repair; absent without an event.'),
  cause: CausePart.exactOptional(),
}).describe('An association was put right.');

/** A release was carried out: nobody had changed anything. */
export const AssociationApplied = detailOf({
  cluster: ClusterPart,
  key: KeyPart,
  associationId: AssociationIdPart.exactOptional(),
  step: StepPart,
  revision: RevisionPart.exactOptional(),
}).describe('A released revision was carried out; nothing had drifted.');

/** It could not be put right, and will not be tried again before the time given, if one is. */
export const AssociationRepairFailed = detailOf({
  cluster: ClusterPart,
  key: KeyPart,
  associationId: AssociationIdPart.exactOptional(),
  step: StepPart,
  error: z
    .object({ code: z.string(), message: z.string() })
    .describe('Code from a closed list, and a sentence.'),
  retryAt: z.number().exactOptional().describe('When it is tried again; absent when a person has to act.'),
  revision: RevisionPart.exactOptional(),
  cause: CausePart.exactOptional(),
}).describe('An association could not be put right.');

/** A revision became what is wished on a cluster. */
export const RevisionReleased = detailOf({
  cluster: ClusterPart,
  key: KeyPart,
  clusterSet: z.string(),
  revision: RevisionPart,
  tombstone: z.boolean().describe('Whether the wish is that there is no association.'),
  rollout: z.string().exactOptional().describe('The rollout that released it; absent at enrolment.'),
}).describe('A revision of a mapping became what is wished on a cluster.');
