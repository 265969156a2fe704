import * as z from 'zod';
import { ClusterPart, detailOf, ModePart, PersonPart, ReasonPart } from './event-parts.ts';

/** A cluster is looked after from now on. */
export const ClusterEnrolled = detailOf({
  cluster: ClusterPart,
  clusterSet: z.string().exactOptional(),
  mode: ModePart.describe('`observe` unless an approved rule says otherwise.'),
  rule: z.string().exactOptional().describe('The enrolment rule that said otherwise.'),
}).describe('A cluster is looked after from now on.');

/** A person changed what Rolecall may do on a cluster. */
export const ClusterModeChanged = detailOf({
  cluster: ClusterPart,
  from: ModePart.describe('The mode until now.'),
  to: ModePart.describe(
    'The mode from now on: `enforce` puts right, `observe` only tells, `ignore` does not look.',
  ),
  by: PersonPart,
  reason: ReasonPart,
}).describe('A person changed what Rolecall may do on a cluster.');

/** A cluster is no longer looked after. */
export const ClusterRetired = detailOf({
  cluster: ClusterPart,
  why: z.enum(['deleted', 'recreated', 'byRequest']),
}).describe('A cluster is no longer looked after.');
