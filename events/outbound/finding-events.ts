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

/** Something that a person should know of has come. */
export const FindingOpened = detailOf(FINDING).describe('Something that a person should know of has come.');

/** It is no more, or was accepted. */
export const FindingResolved = detailOf({
  ...FINDING,
  summary: FINDING.summary.exactOptional(),
  status: z
    .enum(['repaired', 'resolved', 'waived'])
    .describe('Put right by Rolecall, gone by itself, or accepted by a person.'),
}).describe('A finding has ended.');
