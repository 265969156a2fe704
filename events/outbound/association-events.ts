import * as z from 'zod';
import { FAILURE_CLASSES } from '#shared/domain/registry/repair-failure.ts';
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

/** It could not be put right, or a release could not be carried out. Once for each way in which it fails, not for each try. */
export const AssociationRepairFailed = detailOf({
  cluster: ClusterPart,
  key: KeyPart,
  associationId: AssociationIdPart.exactOptional(),
  step: StepPart,
  drift: DriftPart,
  failure: z
    .object({
      class: z.enum(FAILURE_CLASSES).describe('By which to act.'),
      code: z.string().describe('More closely, for looking it up.'),
      message: z.string().describe('What AWS said, in one sentence.'),
    })
    .describe('Why.'),
  advice: z.string().describe('What to do, in one sentence.'),
  retries: z.boolean().describe('Whether it is tried again by itself; else somebody has to act.'),
  revision: RevisionPart.exactOptional(),
  cause: CausePart.exactOptional(),
}).describe(
  'An association could not be put right, or a release not carried out: once for each way in which it fails.',
);
