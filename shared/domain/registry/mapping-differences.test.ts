import { describe, expect, it } from 'vitest';
import { aMapping, aTarget } from '#test/builders/a-mapping.ts';
import type { Mapping } from '../mapping.ts';
import { mappingDifferences } from './mapping-differences.ts';
import { firstRevision } from './mapping-item.ts';

const ROLE = 'arn:aws:iam::111122223333:role/one';
const OTHER = 'arn:aws:iam::111122223333:role/other';
const stored = firstRevision(aMapping({ targets: [aTarget({ roleArn: ROLE })] }), {
  by: 'alice',
  why: 'first',
  at: 0,
}).item;
const given = (over: Partial<Mapping>) => aMapping({ targets: [aTarget({ roleArn: ROLE })], ...over });

describe('mappingDifferences', () => {
  it.each<{ what: string; over: Partial<Mapping>; differences: readonly object[] }>([
    { what: 'nothing', over: {}, differences: [] },
    { what: 'where it was written', over: { source: { file: 'b.yaml', line: 2 } }, differences: [] },
    {
      what: 'the team',
      over: { team: 'web' },
      differences: [{ path: 'spec.team', stored: 'payments', given: 'web' }],
    },
    {
      what: 'a day that only one has',
      over: { expires: '2027-03-31' },
      differences: [{ path: 'spec.expires', given: '2027-03-31' }],
    },
    {
      what: 'the role of a target',
      over: { targets: [aTarget({ roleArn: OTHER })] },
      differences: [{ path: 'spec.targets[0].roleArn', stored: ROLE, given: OTHER }],
    },
    {
      what: 'the clusters of a target, one way to say it and another',
      over: { targets: [aTarget({ roleArn: ROLE, clusters: { names: ['prod-1'] } })] },
      differences: [{ path: 'spec.targets[0].clusters', stored: 'all', given: { names: ['prod-1'] } }],
    },
    {
      what: 'a tag, called as every object has something',
      over: { targets: [aTarget({ roleArn: ROLE, tags: { constructor: 'x' } })] },
      differences: [{ path: 'spec.targets[0].tags.constructor', given: 'x' }],
    },
    {
      what: 'another target',
      over: { targets: [aTarget({ roleArn: ROLE }), aTarget({ roleArn: OTHER })] },
      differences: [{ path: 'spec.targets[1]', given: aTarget({ roleArn: OTHER }) }],
    },
  ])('tells $what', ({ over, differences }) => {
    expect(mappingDifferences(stored, given(over))).toEqual(differences);
  });

  it('tells everything of a mapping of which nothing was rolled out', () => {
    expect(mappingDifferences({}, given({}))).toMatchObject([{ path: 'spec', given: { team: 'payments' } }]);
  });
});
