import { formatKey, formatMappingKey } from '#shared/domain/key.ts';
import type { AuditAction, WrittenAuditEntry } from '#shared/domain/registry/audit-entry.ts';
import { FINDING_KINDS, FINDING_SEVERITIES } from '#shared/domain/registry/finding.ts';
import { whoText } from '#shared/domain/who-text.ts';
import { shortRoles } from '../render/change-text.ts';
import { clusterNameOf, parseClusterArn } from './cluster-names.ts';

/** Whether ARNs and policies are told whole. */
export interface Telling {
  readonly wide: boolean;
}

const ACTION_WORDS: Readonly<Record<AuditAction, string>> = {
  mappingLoaded: 'mapping loaded',
  revisionReleased: 'revision released',
  clusterEnrolled: 'cluster enrolled',
  clusterRetired: 'cluster retired',
  enrolmentRequested: 'enrolment asked for',
  clusterModeChanged: 'mode changed',
  reconcileRequested: 'look asked for',
  enrolmentRuleLoaded: 'enrolment rule loaded',
  enrolmentRuleRemoved: 'enrolment rule removed',
  associationWritten: 'association written',
  associationWriteFailed: 'write FAILED',
  findingOpened: 'found',
  findingEnded: 'over',
  findingWaived: 'finding waived',
  writesFrozen: 'ALL WRITES FROZEN',
  writesUnfrozen: 'writes go on',
  brakeReleased: 'brake released',
  eventIgnored: 'event ignored',
};

/** What was done and why, as one sentence: `repaired (roleDrift): role is orders-legacy, should be orders-api-prod`. */
export function whatText(entry: WrittenAuditEntry, telling: Telling): string {
  return shortened(sentenceOf(entry), entry, telling);
}

/** `prod-1 payments/api`, or `fleet`. */
export function aboutText({ clusterArn, key, mapping }: WrittenAuditEntry): string {
  const subject = key ? formatKey(key) : mapping ? formatMappingKey(mapping) : '';
  const cluster = clusterArn === undefined ? '' : clusterNameOf(clusterArn);
  return [cluster, subject].filter(Boolean).join(' ') || 'fleet';
}

/** Whose doing it was: who brought it about, else who did it. */
export function doerText({ by, cause }: WrittenAuditEntry): string {
  return whoText(cause?.principal ?? by);
}

/** A sentence for a table: roles of the cluster's own account by their names, and no policy in full. */
export function shortened(
  sentence: string,
  { clusterArn }: { readonly clusterArn?: string | undefined },
  { wide }: Telling,
): string {
  if (wide) return sentence;
  const account = clusterArn === undefined ? undefined : parseClusterArn(clusterArn)?.account;
  const named = account === undefined ? sentence : shortRoles(sentence, { account, wide });
  return named.replace(/\{".*\}/, '{…}');
}

function sentenceOf(entry: WrittenAuditEntry): string {
  const { action, detail, why, revision } = entry;
  switch (action) {
    case 'associationWritten':
      return joined(`${writtenText(entry)}${driftText(entry)}`, why);
    case 'associationWriteFailed':
      return joined(`${ACTION_WORDS[action]}: ${entry.step ?? 'a step'}${driftText(entry)}`, detail ?? why);
    case 'findingOpened':
      return joined(foundText(detail), why);
    case 'findingEnded':
      return detail === 'brakeEngaged' ? 'the brake holds no more' : joined(ACTION_WORDS[action], detail);
    case 'findingWaived':
      return joined(waivedText(detail), why);
    case 'clusterModeChanged':
      return joined(detail === undefined ? ACTION_WORDS[action] : `mode ${detail}`, why);
    case 'revisionReleased':
      return joined(`revision ${revision ?? '?'} released`, why);
    case 'mappingLoaded':
      return joined(`mapping loaded as revision ${revision ?? '?'}`, why);
    default:
      return joined(joined(ACTION_WORDS[action], detail), why);
  }
}

function joined(what: string, more: string | undefined): string {
  return more === undefined || more === '' ? what : `${what}: ${more}`;
}

const FIRST_WORDS: Readonly<Record<string, string>> = {
  create: 'made',
  update: 'changed in place',
  delete: 'deleted',
};
const REPAIR_WORDS: Readonly<Record<string, string>> = {
  create: 'made again',
  update: 'repaired',
  delete: 'deleted again',
  adopt: 'repaired',
};

/** Where somebody brought it about it is a repair; else a release is carried out, which puts nobody's doing right. */
function writtenText({ step = '', drift = [], cause }: WrittenAuditEntry): string {
  if (step === 'adopt' && !drift.includes('replaced')) {
    return drift.every((kind) => kind === 'tagDrift') ? 'adopted' : 'taken over';
  }
  const words = cause === undefined ? FIRST_WORDS : REPAIR_WORDS;
  return words[step] ?? ACTION_WORDS.associationWritten;
}

/** What differed. That a create found nothing, and an adoption lacked our tags, goes without saying. */
function driftText({ step, drift = [] }: WrittenAuditEntry): string {
  const unsaid = step === 'create' ? 'missing' : step === 'adopt' ? 'tagDrift' : 'notDeleted';
  const told = drift.filter((kind) => kind !== unsaid);
  return told.length === 0 ? '' : ` (${told.join(', ')})`;
}

/** Where the finding is, is told beside it: `roleDrift/payments/api until 2026-12-01T00:00:00.000Z` by its kind and to the second. */
function waivedText(detail = ''): string {
  const told = /^(\w+)(?:\/\S+)? until (.+?)(?:\.\d{3})?Z$/.exec(detail);
  return told ? `waived: ${told[1]} until ${told[2]}Z` : joined(ACTION_WORDS.findingWaived, detail);
}

/** A brake stands out as a freeze does: repairs wait for a person. */
function foundText(detail = ''): string {
  const kind = FINDING_KINDS.find((one) => detail === one || detail.startsWith(`${one}:`));
  if (kind === undefined) return joined(ACTION_WORDS.findingOpened, detail);
  const message = detail.slice(kind.length);
  return kind === 'brakeEngaged'
    ? `BRAKE ENGAGED${message}`
    : `found: ${kind} (${FINDING_SEVERITIES[kind]})${message}`;
}
