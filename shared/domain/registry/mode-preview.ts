import { DRIFTS, type Drift } from '../decision.ts';
import type { ServiceAccountKey } from '../key.ts';
import { moreCautious } from '../mode.ts';
import { isSamePolicy } from '../policy-comparison.ts';
import type { SeenFields } from '../record.ts';
import type { AssociationItem } from './association-item.ts';
import type { FindingKind } from './finding.ts';

/** What is to be expected at one key when its cluster is enforced. */
export interface KeyPreview extends ServiceAccountKey {
  readonly expected: Expected;
  readonly drift: readonly Drift[];
  /** What is there, and what is wished for: where they differ in a field. */
  readonly before?: SeenFields;
  readonly after?: SeenFields;
  /** Why nothing is done, or why it may not work. */
  readonly note?: string;
}

/** `takeOver`: an adoption of what differs, which the mapping allows; `leave`: it stays as it is; `unknown`: nobody has looked yet; `nothing`: it is as wished, or the mapping only observes. */
export type Expected =
  | 'create'
  | 'update'
  | 'adopt'
  | 'takeOver'
  | 'delete'
  | 'leave'
  | 'unknown'
  | 'nothing';

/** Findings for which EKS refuses a role. */
const REFUSING: readonly FindingKind[] = [
  'roleMissing',
  'trustPolicyInvalid',
  'roleInOtherAccount',
  'refused',
];

/**
 * What the next look would do at a key if its cluster were in mode `enforce`, as far as the registry knows: from what the
 * last look saw, and what was released. The look itself decides, from what is there then.
 */
export function previewEnforced(item: AssociationItem): KeyPreview {
  const { namespace, serviceAccount, desired, record } = item;
  const key = { namespace, serviceAccount };
  const left = (note: string): KeyPreview => ({ ...key, expected: 'leave', drift: [], note });
  if (desired === undefined) return left(whose(item) ?? 'no mapping wishes for it');
  if (desired.kind === 'unresolvable') return left(desired.problem);
  if (moreCautious('enforce', desired.mode) !== 'enforce') return left(`the mapping says ${desired.mode}`);
  const stranger = whose(item);
  if (stranger !== undefined) return left(stranger);
  const drift = DRIFTS.filter((kind) => item.findings?.[kind]?.firstSeenAt !== undefined);
  if (desired.kind === 'absent') return { ...key, expected: drift.length > 0 ? 'delete' : 'nothing', drift };
  const note = refusalOf(item);
  const about = { ...key, drift, ...(note === undefined ? {} : { note }) };
  const after = seen(desired.fields);
  if (drift.includes('missing')) return { ...about, expected: 'create', after };
  const before = record?.observed && inOurWords(record.observed, after);
  const fields = before ? { before, after } : { after };
  if (drift.length > 0) return { ...about, expected: isOurs(item) ? 'update' : adoption(drift), ...fields };
  if (record?.observedRevision === String(desired.revision)) return { ...about, expected: 'nothing' };
  if (record?.origin === 'seen') return { ...about, expected: 'adopt', ...fields };
  return { ...about, expected: 'unknown' };
}

/** Whose the association at the key is, when it is somebody else's and stays so. */
function whose({ record, findings = {} }: AssociationItem): string | undefined {
  const kinds = ['addonOwned', 'foreign', 'unmanaged'] as const;
  const kind = record?.finding ?? kinds.find((one) => findings[one]?.firstSeenAt !== undefined);
  switch (kind) {
    case 'addonOwned':
      return "an add-on's";
    case 'foreign':
      return record?.owner === undefined ? "another tool's" : `managed by ${record.owner}`;
    case 'unmanaged':
      return 'made by somebody else';
    case undefined:
      return undefined;
  }
}

/** Fields of what is not ours are changed only where the mapping says takeover. */
function adoption(drift: readonly Drift[]): Expected {
  return drift.some((kind) => kind !== 'tagDrift') ? 'takeOver' : 'adopt';
}

function refusalOf({ findings = {} }: AssociationItem): string | undefined {
  const kind = REFUSING.find((one) => findings[one]?.firstSeenAt !== undefined);
  return kind && `${kind}: EKS may refuse it`;
}

function isOurs({ record }: AssociationItem): boolean {
  return record !== undefined && record.origin !== 'seen';
}

/** A session policy that says the same in other words is no change. */
function inOurWords(before: SeenFields, { policy }: SeenFields): SeenFields {
  const isSame = before.policy !== undefined && policy !== undefined && isSamePolicy(before.policy, policy);
  return isSame ? { ...before, policy } : before;
}

function seen(fields: SeenFields): SeenFields {
  const { roleArn, targetRoleArn, disableSessionTags, policy } = fields;
  return {
    roleArn,
    disableSessionTags,
    ...(targetRoleArn === undefined ? {} : { targetRoleArn }),
    ...(policy === undefined ? {} : { policy }),
  };
}
