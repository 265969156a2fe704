import * as z from 'zod';
import { ClusterPart, detailOf, ModePart } from './event-parts.ts';

/** A cluster is looked after from now on. */
export const ClusterEnrolled = detailOf({
  cluster: ClusterPart,
  clusterSet: z.string().exactOptional(),
  mode: ModePart.describe('`observe` unless an approved rule says otherwise.'),
  rule: z.string().exactOptional().describe('The enrolment rule that said otherwise.'),
}).describe('A cluster is looked after from now on.');

/** A cluster is no longer looked after. */
export const ClusterRetired = detailOf({
  cluster: ClusterPart,
  why: z.enum(['deleted', 'recreated', 'byRequest']),
}).describe('A cluster is no longer looked after.');
