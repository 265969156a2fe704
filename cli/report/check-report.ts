import type * as z from 'zod';
import type { CheckReportSchema } from './check-report-schema.ts';

/** What a check found out and a repair did, as a value: every output is made from it and from nothing else. */
export type CheckReport = z.output<typeof CheckReportSchema>;
export type ReportSummary = CheckReport['summary'];
export type ReportedCluster = CheckReport['clusters'][number];
export type ReportedDecision = ReportedCluster['decisions'][number];
export type ReportedFinding = ReportedCluster['findings'][number];
export type ReportedOutcome = NonNullable<ReportedDecision['outcome']>;
export type ReportedFailure = NonNullable<ReportedCluster['failure']>;
export type ReportedChange = NonNullable<ReportedDecision['changes']>[number];
