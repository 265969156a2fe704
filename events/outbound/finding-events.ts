import * as z from 'zod';
import { CausePart, ClusterPart, detailOf, KeyPart, RevisionPart } from './event-parts.ts';

const FINDING = {
  findingId: z.string().describe('The same fact is always the same finding.'),
  finding: z
    .string()
    .describe('What it is: `roleDrift`, `trustPolicyInvalid`, `contested` … Kinds are added.'),
  severity: z.enum(['critical', 'high', 'medium', 'low', 'info']),
  cluster: ClusterPart.exactOptional(),
  key: KeyPart.exactOptional(),
  roleArn: z.string().exactOptional().describe('The role that it is about.'),
  summary: z.string().describe('What is wrong, in one sentence.'),
  revision: RevisionPart.exactOptional(),
  cause: CausePart.exactOptional(),
};

/** A cause is told once, whatever number of findings it leads to. */
export const CauseNoticed = detailOf({
  ...FINDING,
  cluster: ClusterPart.describe('Where it was seen first.'),
  key: KeyPart.exactOptional().describe('With which service account.'),
  text: z
    .string()
    .describe('All of it in one line, for a chat or a mail: also how to ask for everything that it reaches.'),
}).describe(
  'Something has come that a person should know of: once for each cause, and again if it gets worse.',
);

/** Something that a person should know of has come. */
export const FindingOpened = detailOf(FINDING).describe('A finding has come. One cause may open hundreds.');

/** It is no more, or was accepted. */
export const FindingResolved = detailOf({
  ...FINDING,
  summary: FINDING.summary.exactOptional(),
  status: z
    .enum(['repaired', 'resolved', 'waived'])
    .describe('Put right by Rolecall, gone by itself, or accepted by a person.'),
}).describe('A finding has ended.');
