import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hint } from '#shared/domain/hint.ts';
import { readEvent } from './read-event.ts';
import { INBOUND_SAMPLES } from './samples.ts';

/** Every path into a JSON value, as keys. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => pathsOf(member, [...path, key]))];
}

/** The value with what stands at the path replaced; `undefined` takes it out. */
function replaceAt(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy: Record<string, unknown> = Array.isArray(value)
    ? (value.slice() as unknown as Record<string, unknown>)
    : { ...(value as Record<string, unknown>) };
  const member = replaceAt(copy[key], rest, by);
  if (member === undefined) delete copy[key];
  else copy[key] = member;
  return copy;
}

const KINDS = ['keys', 'cluster', 'role', 'nothing'];

const junk = fc.oneof(
  fc.jsonValue(),
  fc.constant(undefined),
  fc.constantFrom(
    '',
    '%',
    '%2',
    '%00',
    'a\u0000',
    '__proto__',
    'a'.repeat(5000),
    -1,
    1e308,
    '{"name":"c1"}',
    '[]',
  ),
);

const mutated = fc.constantFrom(...INBOUND_SAMPLES).chain(({ kind, event }) =>
  fc
    .array(fc.tuple(fc.constantFrom(...pathsOf(event).slice(1)), junk), { minLength: 1, maxLength: 4 })
    .map((changes) => ({
      kind,
      event: changes.reduce<unknown>((value, [path, by]) => replaceSafely(value, path, by), event),
    })),
);

/** Of several changes, one may have taken away where the next should go. */
function replaceSafely(value: unknown, path: readonly string[], by: unknown): unknown {
  let at = value;
  for (const key of path.slice(0, -1)) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return value;
    at = (at as Record<string, unknown>)[key];
  }
  return typeof at === 'object' && at !== null ? replaceAt(value, path, by) : value;
}

/** The names that a hint tells to look at. */
function namesIn(hint: Hint): readonly string[] {
  switch (hint.kind) {
    case 'keys':
      return [
        hint.cluster.name,
        ...hint.keys.flatMap(({ namespace, serviceAccount, associationId }) =>
          [namespace, serviceAccount, associationId].filter((name) => name !== undefined),
        ),
      ];
    case 'cluster':
      return [hint.cluster.name];
    case 'role':
      return [hint.roleName];
    case 'nothing':
      return [];
  }
}

describe('readEvent', () => {
  it('answers for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.boolean(), (value, asText) => {
        const hint = readEvent(asText ? JSON.stringify(value) : value);
        expect(hint).toMatchObject({ kind: 'nothing', principal: { text: expect.any(String) } });
      }),
    );
  });

  it('answers for any record of every kind', () => {
    const record = fc.record({
      eventName: fc.constantFrom(...INBOUND_SAMPLES.map(({ kind }) => kind.name)),
      requestParameters: fc.jsonValue(),
      responseElements: fc.jsonValue(),
      userIdentity: fc.jsonValue(),
      awsRegion: fc.jsonValue(),
      eventTime: fc.jsonValue(),
    });
    fc.assert(
      fc.property(fc.constantFrom('aws.eks', 'aws.iam'), record, (source, detail) => {
        expect(KINDS).toContain(readEvent({ source, 'detail-type': 'x', detail }).kind);
      }),
    );
  });

  it('names nothing that a mutated sample does not name, and everything else in the way of its kind', () => {
    fc.assert(
      fc.property(mutated, ({ event }) => {
        const hint = readEvent(event);
        const written = JSON.stringify(event);
        expect(namesIn(hint).filter((name) => !written.includes(name))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('takes no other cluster, key or role than the one that is everywhere in the record', () => {
    const allowed = new Set(['c1', 'payments', 'api', 'a-0123456789abcdefg', 'payments-api']);
    const harmless = fc.constantFrom(null, undefined, '', 0, [], {}, true, '%', 'no name!');
    const event = fc.constantFrom(...INBOUND_SAMPLES).chain((sample) =>
      fc
        .array(fc.tuple(fc.constantFrom(...pathsOf(sample.event).slice(1)), harmless), {
          minLength: 1,
          maxLength: 8,
        })
        .map((changes) =>
          changes.reduce<unknown>((value, [path, by]) => replaceSafely(value, path, by), sample.event),
        ),
    );
    fc.assert(
      fc.property(event, (given) => {
        const hint = readEvent(given);
        expect(namesIn(hint).filter((name) => !allowed.has(name))).toEqual([]);
        if (hint.kind === 'keys' || hint.kind === 'cluster') {
          expect(hint.cluster).toEqual({
            partition: 'aws',
            account: '111122223333',
            region: 'eu-west-1',
            name: 'c1',
          });
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('an event of 1 MB', () => {
  const MB = 1_048_576;
  const base = INBOUND_SAMPLES[0]?.event ?? {};
  const withDetail = (more: object) => ({ ...base, detail: { ...(base['detail'] as object), ...more } });
  it.each([
    { of: 'one long text', event: withDetail({ requestParameters: { name: 'c1', policy: 'x'.repeat(MB) } }) },
    {
      of: 'many tags',
      event: withDetail({
        requestParameters: {
          tags: Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`k${n}`, 'v'])),
        },
      }),
    },
    {
      of: 'many resources',
      event: withDetail({ resources: Array.from({ length: 60_000 }, () => ({ ARN: 'x' })) }),
    },
  ])('of $of is read as any other', ({ event }) => {
    expect(readEvent(event)).toMatchObject({ kind: 'keys', cluster: { name: 'c1' } });
  });

  it.each([
    { of: 'text that is too long for a queue', event: `${JSON.stringify(base)}${' '.repeat(MB)}` },
    { of: 'nesting', event: `${'['.repeat(MB / 2)}${']'.repeat(MB / 2)}` },
    {
      of: 'members that an add-on event is searched through',
      event: {
        source: 'aws.eks',
        'detail-type': 'EKS Addon Health Degraded',
        detail: Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`k${n}`, { clusterNames: n }])),
      },
    },
  ])('of $of is nothing', ({ event }) => {
    expect(readEvent(event)).toMatchObject({ kind: 'nothing', reason: 'unreadable' });
  });
});
