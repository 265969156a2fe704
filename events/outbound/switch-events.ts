import * as z from 'zod';
import { ClusterPart, detailOf, PersonPart, ReasonPart } from './event-parts.ts';

const SCOPE = {
  scope: z.enum(['cluster', 'fleet']),
  cluster: ClusterPart.exactOptional().describe('With the scope `cluster`.'),
};

/** More was to be deleted or overwritten than may be without an approval. */
export const BrakeEngaged = detailOf({
  ...SCOPE,
  held: z.number().int().describe('Steps held now.'),
  cap: z.number().int().describe('Deletes and overwrites let through in 24 hours.'),
}).describe('More was to be deleted or overwritten than may be without an approval.');

/** A person looked, and let the brake go. */
export const BrakeReleased = detailOf({ ...SCOPE, by: PersonPart, reason: ReasonPart }).describe(
  'A person let the brake go.',
);

/** No write happens any more. */
export const Frozen = detailOf({ by: PersonPart, reason: ReasonPart }).describe('No write happens any more.');

/** Writes happen again. */
export const Unfrozen = detailOf({ by: PersonPart, reason: ReasonPart }).describe('Writes happen again.');
