import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../aws-error.ts';
import { compileEventPattern } from './event-pattern.ts';

/** The event that AWS's pages use: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html */
const EC2 = {
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  account: '111122223333',
  time: '2017-12-22T18:43:48Z',
  region: 'us-west-1',
  resources: ['arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0'],
  detail: { 'instance-id': 'i-1234567890abcdef0', state: 'terminated' },
};

const SCALING = {
  ...EC2,
  'detail-type': 'EC2 Instance Launch Successful',
  source: 'aws.autoscaling',
  resources: [
    'arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:eb56d16b:autoScalingGroupName/ASGTerminate',
    'arn:aws:ec2:us-east-1:123456789012:instance/i-b188560f',
  ],
  detail: { eventVersion: '', responseElements: null },
};

const EMPLOYEES = {
  employees: [
    { firstName: 'John', lastName: 'Doe' },
    { firstName: 'Anna', lastName: 'Smith' },
    { firstName: 'Peter', lastName: 'Jones' },
  ],
};

const detail = (fields: object) => ({ detail: fields });
const D = (...values: readonly unknown[]) => detail({ x: values });

interface Case {
  readonly pattern: unknown;
  readonly event: unknown;
}
const matches = ({ pattern, event }: Case) => compileEventPattern(JSON.stringify(pattern)).matches(event);

describe('a field matches when one of its values does', () => {
  it.each<Case>([
    { pattern: { source: ['aws.ec2'] }, event: EC2 },
    { pattern: { source: ['aws.ec2', 'aws.fargate'] }, event: EC2 },
    {
      pattern: {
        source: ['aws.ec2'],
        'detail-type': [EC2['detail-type']],
        ...detail({ state: ['terminated'] }),
      },
      event: EC2,
    },
    { pattern: detail({ eventVersion: [''] }), event: SCALING },
    { pattern: detail({ responseElements: [null] }), event: SCALING },
    {
      pattern: { resources: ['other', 'arn:aws:ec2:us-east-1:123456789012:instance/i-b188560f'] },
      event: SCALING,
    },
    { pattern: D(true), event: detail({ x: true }) },
    { pattern: D(300), event: detail({ x: 3.0e2 }) },
    { pattern: D('a'), event: detail({ x: ['b', ['a']] }) },
    { pattern: D('a', null), event: detail({ x: null }) },
  ])('$pattern', (given) => expect(matches(given)).toBe(true));

  it.each<Case>([
    { pattern: { source: ['AWS.EC2'] }, event: EC2 },
    { pattern: { Source: ['aws.ec2'] }, event: EC2 },
    { pattern: { source: ['aws.ec2'], ...detail({ state: ['running'] }) }, event: EC2 },
    { pattern: detail({ missing: ['a'] }), event: EC2 },
    { pattern: detail({ responseElements: [null] }), event: EC2 },
    { pattern: detail({ responseElements: [''] }), event: SCALING },
    { pattern: { resources: [null] }, event: { resources: [] } },
    { pattern: D('300'), event: detail({ x: 300 }) },
    { pattern: D(300), event: detail({ x: '300' }) },
    { pattern: D('true'), event: detail({ x: true }) },
    { pattern: D('a'), event: detail({ x: { y: 'a' } }) },
    { pattern: D('a'), event: 'a' },
    { pattern: { x: ['a'] }, event: null },
  ])('and not otherwise: $pattern, $event', (given) => expect(matches(given)).toBe(false));
});

describe('operators', () => {
  it.each<{ value: unknown; yes: readonly unknown[]; no: readonly unknown[] }>([
    {
      value: { prefix: '2017-10-02' },
      yes: ['2017-10-02T18:43:48Z', '2017-10-02'],
      no: ['2017-1', 20171002, null],
    },
    { value: { prefix: '' }, yes: ['', 'a'], no: [1, null] },
    {
      value: { prefix: { 'equals-ignore-case': 'EventB' } },
      yes: ['eventbridge', 'EVENTBRIDGE'],
      no: ['AEventB', 1],
    },
    { value: { suffix: '.png' }, yes: ['a.png', '.png'], no: ['a.PNG', 'a.png.gz', 1] },
    {
      value: { suffix: { 'equals-ignore-case': 'tbridge' } },
      yes: ['eventBridge', 'TBRIDGE'],
      no: ['bridge', null],
    },
    { value: { 'equals-ignore-case': 'alice' }, yes: ['ALICE', 'alice'], no: ['alice ', 1] },
    { value: { exactly: 'a' }, yes: ['a'], no: ['b', 1] },
    { value: { wildcard: '*' }, yes: ['', 'a'], no: [1, null] },
    {
      value: { wildcard: 'arn:aws:events:us-east-1:*:event-bus/*' },
      yes: ['arn:aws:events:us-east-1:111122223333:event-bus/a', 'arn:aws:events:us-east-1::event-bus/'],
      no: ['arn:aws:events:us-east-2:111122223333:event-bus/a', 'arn:aws:events:us-east-1:1:rule/a'],
    },
    { value: { wildcard: 'dir/*.png' }, yes: ['dir/a/b.png', 'dir/.png'], no: ['dir/.jpg', 'xdir/a.png'] },
    { value: { wildcard: 'a\\*b' }, yes: ['a*b'], no: ['axb', 'a\\b'] },
    { value: { wildcard: 'a\\\\*' }, yes: ['a\\', 'a\\b'], no: ['a*', 'ab'] },
    { value: { wildcard: 'a*a*a' }, yes: ['aaa', 'axaxa'], no: ['aa', 'aab'] },
    { value: { numeric: ['=', 5] }, yes: [5, 5.0], no: ['5', 6, null] },
    { value: { numeric: ['>', 0, '<=', 5] }, yes: [1, 5], no: [0, 5.1, '3'] },
    { value: { numeric: ['>=', 0, '<', 5] }, yes: [0, 4.9], no: [-0.1, 5] },
    { value: { numeric: ['<', 10] }, yes: [-5e9, 9.99], no: [10, true] },
    { value: { numeric: ['<=', 10] }, yes: [10], no: [10.001] },
    { value: { numeric: ['>', -1] }, yes: [0, 1e12], no: [-1] },
    { value: { numeric: ['=', 3.018e2] }, yes: [301.8], no: [301] },
    { value: { exists: true }, yes: ['', null, 0, false, [1]], no: [[], {}, { y: 1 }] },
    { value: { cidr: '10.0.0.0/24' }, yes: ['10.0.0.0', '10.0.0.255'], no: ['10.0.1.0', 'x', 10, '::1'] },
    { value: { cidr: '0.0.0.0/0' }, yes: ['255.255.255.255'], no: ['::1', 'aws.amazon.com'] },
    {
      value: { cidr: '2001:db8:1234:1a00::/56' },
      yes: ['2001:db8:1234:1aff::9'],
      no: ['2001:db8:1234:1b00::', '10.0.0.1'],
    },
    { value: { 'anything-but': 'initializing' }, yes: ['running', '', null, 1], no: ['initializing'] },
    { value: { 'anything-but': 123 }, yes: [456, '123', null], no: [123] },
    {
      value: { 'anything-but': ['stopped', 'overloaded'] },
      yes: ['running', null],
      no: ['stopped', 'overloaded'],
    },
    { value: { 'anything-but': [100, 200] }, yes: [300, '100'], no: [100, 200] },
    {
      value: { 'anything-but': { prefix: 'init' } },
      yes: ['running', 12, null],
      no: ['init', 'initializing'],
    },
    { value: { 'anything-but': { prefix: ['a', 'b'] } }, yes: ['c'], no: ['ax', 'bx'] },
    { value: { 'anything-but': { suffix: '.png' } }, yes: ['a.jpg'], no: ['a.png'] },
    { value: { 'anything-but': { suffix: ['.png', '.jpg'] } }, yes: ['a.gif'], no: ['a.png', 'b.jpg'] },
    { value: { 'anything-but': { 'equals-ignore-case': 'init' } }, yes: ['inits', 1], no: ['INIT', 'init'] },
    { value: { 'anything-but': { 'equals-ignore-case': ['a', 'b'] } }, yes: ['c'], no: ['A', 'B'] },
    { value: { 'anything-but': { wildcard: '*/lib/*' } }, yes: ['/bin/a', 1], no: ['/usr/lib/a'] },
    { value: { 'anything-but': { wildcard: ['*.a', 'b*'] } }, yes: ['c'], no: ['x.a', 'bx'] },
  ])('$value matches $yes and not $no', ({ value, yes, no }) => {
    const accepted = (x: unknown) => matches({ pattern: D(value), event: detail({ x }) });
    expect(yes.filter((x) => !accepted(x))).toEqual([]);
    expect(no.filter(accepted)).toEqual([]);
    expect(matches({ pattern: D(value), event: detail({}) })).toBe(false);
  });

  it.each([
    { event: detail({}), absent: true },
    { event: {}, absent: true },
    { event: detail({ x: { y: 1 } }), absent: true },
    { event: detail({ x: [] }), absent: true },
    { event: detail({ x: null }), absent: false },
    { event: detail({ x: '' }), absent: false },
  ])('exists: false is about leaves: $event', ({ event, absent }) => {
    expect(matches({ pattern: D({ exists: false }), event })).toBe(absent);
  });

  it.each([
    { x: ['running', 'initializing'], is: true },
    { x: ['initializing'], is: false },
  ])('of an array, one element that is anything but is enough: $x', ({ x, is }) => {
    expect(matches({ pattern: D({ 'anything-but': 'initializing' }), event: detail({ x }) })).toBe(is);
  });

  it('stand beside values and each other', () => {
    const pattern = D({ 'anything-but': ['roses'] }, { exists: false });
    expect(matches({ pattern, event: detail({}) })).toBe(true);
    expect(matches({ pattern, event: detail({ x: 'roses' }) })).toBe(false);
    expect(matches({ pattern: D(7, { prefix: 'a' }), event: detail({ x: 'ab' }) })).toBe(true);
  });
});

describe('arrays of objects', () => {
  it.each([
    { pattern: { employees: { firstName: ['Anna'] } }, is: true },
    { pattern: { employees: { firstName: ['Anna'], lastName: ['Smith'] } }, is: true },
    { pattern: { employees: { firstName: ['Anna'], lastName: ['Jones'] } }, is: false },
    { pattern: { employees: { firstName: [{ exists: true }], age: [{ exists: false }] } }, is: true },
    { pattern: { employees: { firstName: [{ prefix: 'P' }, 'Anna'], lastName: ['Jones'] } }, is: true },
  ])('$pattern: $is, since fields match in one element', ({ pattern, is }) => {
    expect(matches({ pattern, event: EMPLOYEES })).toBe(is);
    expect(matches({ pattern, event: { employees: [[EMPLOYEES.employees[0]], EMPLOYEES.employees] } })).toBe(
      is,
    );
  });

  it('leave fields of different arrays free of each other', () => {
    const event = { a: [{ x: 1 }, { x: 2 }], b: [{ y: 1 }, { y: 2 }] };
    expect(matches({ pattern: { a: { x: [1] }, b: { y: [2] } }, event })).toBe(true);
  });

  it('may be nested', () => {
    const event = {
      a: [
        { n: 1, b: [{ x: 1 }] },
        { n: 2, b: [{ x: 2 }] },
      ],
    };
    expect(matches({ pattern: { a: { n: [1], b: { x: [1] } } }, event })).toBe(true);
    expect(matches({ pattern: { a: { n: [1], b: { x: [2] } } }, event })).toBe(false);
  });
});

describe('keys with dots', () => {
  it.each<Case & { is: boolean }>([
    {
      pattern: { detail: { 'state.status': ['running'] } },
      event: { detail: { state: { status: 'running' } } },
      is: true,
    },
    {
      pattern: { detail: { state: { status: ['running'] } } },
      event: { detail: { 'state.status': 'running' } },
      is: true,
    },
    {
      pattern: { 'detail.state': { status: ['running'] } },
      event: { detail: { state: { status: 'off' } } },
      is: false,
    },
  ])('$pattern, $event: $is', ({ is, ...given }) => expect(matches(given)).toBe(is));
});

describe('$or', () => {
  const metrics = {
    source: ['aws.cloudwatch'],
    $or: [
      { metricName: ['CPUUtilization', 'ReadLatency'] },
      {
        metricType: ['MetricType'],
        namespace: ['AWS/EC2'],
        $or: [{ metricId: [1234] }, { spaceId: [1000] }],
      },
      { scope: ['Service'] },
    ],
  };
  it.each([
    { event: { metricName: 'ReadLatency' }, is: true },
    { event: { scope: 'Service' }, is: true },
    { event: { metricType: 'MetricType', namespace: 'AWS/EC2', spaceId: 1000 }, is: true },
    { event: { metricType: 'MetricType', namespace: 'AWS/EC2' }, is: false },
    { event: { metricType: 'MetricType', spaceId: 1000 }, is: false },
    { event: { metricName: 'Other' }, is: false },
    { event: { scope: 'Service', source: 'aws.ec2' }, is: false },
  ])('may be nested: $event is $is', ({ event, is }) => {
    expect(matches({ pattern: metrics, event: { source: 'aws.cloudwatch', ...event } })).toBe(is);
  });

  const counts = detail({
    $or: [{ 'c-count': [{ numeric: ['>', 0, '<=', 5] }] }, { 'd-count': [{ numeric: ['<', 10] }] }],
    state: ['running'],
  });
  it.each([
    { fields: { 'c-count': 9, 'd-count': 9, state: 'running' }, is: true },
    { fields: { 'c-count': 9, 'd-count': 10, state: 'running' }, is: false },
    { fields: { 'c-count': 1, state: 'stopped' }, is: false },
  ])('may be anywhere: $fields is $is', ({ fields, is }) => {
    expect(matches({ pattern: counts, event: detail(fields) })).toBe(is);
  });
});

/** Reasons are AWS's own, as recorded in LocalStack's parity tests and worded in https://github.com/aws/event-ruler. */
describe('an invalid pattern is refused', () => {
  const ANYTHING_BUT = 'Value of anything-but must be an array or single string/number value.';
  const MIXED =
    'Inside anything but list, either all values are number or string, mixed type is not supported';
  const CASE_LIST =
    'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.';
  const END = 'prefix/suffix match pattern must be a string';
  it.each<{ pattern: unknown; reason: string }>([
    { pattern: ['a'], reason: 'Filter is not an object' },
    { pattern: 'a', reason: 'Filter is not an object' },
    { pattern: {}, reason: 'Empty objects are not allowed' },
    { pattern: { source: ['a'], detail: {} }, reason: 'Empty objects are not allowed' },
    { pattern: { resources: [] }, reason: 'Empty arrays are not allowed' },
    { pattern: { int: 42 }, reason: '"int" must be an object or an array' },
    { pattern: { string: 'v' }, reason: '"string" must be an object or an array' },
    { pattern: { nothing: null }, reason: '"nothing" must be an object or an array' },
    { pattern: D([1]), reason: 'Match value must be String, number, true, false, or null' },
    { pattern: D({}), reason: 'Match expression name not found' },
    { pattern: D({ EXISTS: true }), reason: 'Unrecognized match type EXISTS' },
    { pattern: D({ prefix: 'a', suffix: 'b' }), reason: 'Only one key allowed in match expression' },
    { pattern: D({ exists: 'yes' }), reason: 'exists match pattern must be either true or false.' },
    { pattern: D({ prefix: 1 }), reason: 'prefix match pattern must be a string' },
    { pattern: D({ prefix: ['a'] }), reason: 'prefix match pattern must be a string' },
    { pattern: D({ prefix: { suffix: 'a' } }), reason: 'Unsupported prefix pattern: suffix' },
    { pattern: D({ prefix: {} }), reason: 'Prefix expression name not found' },
    { pattern: D({ suffix: 1 }), reason: 'suffix match pattern must be a string' },
    {
      pattern: D({ suffix: { 'equals-ignore-case': 1 } }),
      reason: 'equals-ignore-case match pattern must be a string',
    },
    {
      pattern: D({ 'equals-ignore-case': ['a'] }),
      reason: 'equals-ignore-case match pattern must be a string',
    },
    { pattern: D({ wildcard: 123 }), reason: 'wildcard match pattern must be a string' },
    { pattern: D({ wildcard: 'a**' }), reason: 'Consecutive wildcard characters at pos 2' },
    { pattern: D({ wildcard: 'a\\b' }), reason: 'Invalid escape character at pos 2' },
    { pattern: D({ wildcard: 'a\\' }), reason: 'Invalid escape character at pos 2' },
    { pattern: D({ numeric: 5 }), reason: 'Value of numeric must be an array.' },
    { pattern: D({ numeric: [5] }), reason: 'Invalid member in numeric match: 5' },
    { pattern: D({ numeric: ['!', 5] }), reason: 'Unrecognized numeric range operator: !' },
    { pattern: D({ numeric: ['=', '5'] }), reason: 'Value of equals must be numeric' },
    { pattern: D({ numeric: ['>', 0, '>', 0] }), reason: 'Bad numeric range operator: >' },
    { pattern: D({ numeric: ['>', 0, '<'] }), reason: 'Value of < must be numeric' },
    { pattern: D({ numeric: ['>', 0, '<', 5, 6] }), reason: 'Too many terms in numeric range expression' },
    { pattern: D({ numeric: ['<', 0, '>', 5] }), reason: 'Too many elements in numeric expression' },
    { pattern: D({ numeric: ['>', 5, '<', 5] }), reason: 'Bottom must be less than top' },
    { pattern: D({ numeric: ['>', 6e9] }), reason: 'Value must be between -5.0E9 and 5.0E9, inclusive' },
    { pattern: D({ cidr: ['x'] }), reason: 'prefix match pattern must be a string' },
    { pattern: D({ cidr: '10.0.0.0' }), reason: "Malformed CIDR, one '/' required" },
    { pattern: D({ cidr: '10.0.0.0/a' }), reason: 'Malformed CIDR, mask bits must be an integer' },
    { pattern: D({ cidr: '10.0.0.0/-1' }), reason: 'Malformed CIDR, mask bits must not be negative' },
    { pattern: D({ cidr: '10.0.0.0/32' }), reason: 'IPv4 mask bits must be < 32' },
    { pattern: D({ cidr: '::/128' }), reason: 'IPv6 mask bits must be < 128' },
    { pattern: D({ cidr: 'xx.11.xx/8' }), reason: 'Nonstandard IP address: xx.11.xx' },
    { pattern: D({ 'anything-but': null }), reason: ANYTHING_BUT },
    { pattern: D({ 'anything-but': true }), reason: ANYTHING_BUT },
    { pattern: D({ 'anything-but': { prefix: { 'equals-ignore-case': 'a' } } }), reason: ANYTHING_BUT },
    { pattern: D({ 'anything-but': ['a', 1] }), reason: MIXED },
    { pattern: D({ 'anything-but': [] }), reason: MIXED },
    {
      pattern: D({ 'anything-but': ['a', null] }),
      reason: 'Inside anything but list, start|null|boolean is not supported.',
    },
    {
      pattern: D({ 'anything-but': { numeric: ['=', 1] } }),
      reason: 'Unsupported anything-but pattern: numeric',
    },
    { pattern: D({ 'anything-but': {} }), reason: 'Anything-But expression name not found' },
    { pattern: D({ 'anything-but': { prefix: 1 } }), reason: END },
    { pattern: D({ 'anything-but': { suffix: [1, '.txt'] } }), reason: END },
    { pattern: D({ 'anything-but': { prefix: '' } }), reason: 'Null prefix/suffix not allowed' },
    { pattern: D({ 'anything-but': { 'equals-ignore-case': 123 } }), reason: CASE_LIST },
    { pattern: D({ 'anything-but': { wildcard: [1] } }), reason: 'wildcard match pattern must be a string' },
    { pattern: D({ 'anything-but': 6e9 }), reason: 'Value must be between -5.0E9 and 5.0E9, inclusive' },
    { pattern: { $or: { a: ['b'] } }, reason: 'It must be an Array followed with $or.' },
    { pattern: { $or: [{ a: ['b'] }] }, reason: 'There must have at least 2 Objects in $or relationship.' },
    {
      pattern: { $or: [{ a: ['b'] }, 'c'] },
      reason: 'Only JSON object is allowed in array of $or relationship.',
    },
    {
      pattern: { $or: [{ prefix: ['b'] }, { a: ['b'] }] },
      reason: 'prefix is Ruler reserved fieldName which cannot be used inside $or.',
    },
  ])('$reason', ({ pattern, reason }) => {
    const refused = new AwsError(
      'InvalidEventPatternException',
      400,
      `Event pattern is not valid. Reason: ${reason}`,
    );
    expect(() => compileEventPattern(JSON.stringify(pattern))).toThrow(refused);
  });

  it.each([
    { text: '{bad', code: 'InvalidEventPatternException' },
    { text: JSON.stringify({ source: ['a'.repeat(4084)] }), code: 'ValidationException' },
    {
      text: JSON.stringify(
        Object.fromEntries(
          ['a', 'b', 'c', 'd', 'e'].map((step) => [
            step,
            { $or: [1, 2, 3, 4].map((n) => ({ [`f${n}`]: [n] })) },
          ]),
        ),
      ),
      code: 'LimitExceededException',
    },
  ])('$code', ({ text, code }) => {
    expect(() => compileEventPattern(text)).toThrow(expect.objectContaining({ code, status: 400 }));
  });
});

describe('laws', () => {
  it('a pattern made of an event’s own leaves matches it', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const event = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), value, { minKeys: 1 });
    fc.assert(
      fc.property(event, (fields) => {
        const pattern = Object.fromEntries(Object.entries(fields).map(([key, leaf]) => [key, [leaf]]));
        expect(matches({ pattern, event: fields })).toBe(true);
        expect(matches({ pattern: { ...pattern, other: [{ exists: true }] }, event: fields })).toBe(false);
      }),
    );
  });

  it('no event makes a pattern fail', () => {
    const pattern = compileEventPattern(
      detail({ $or: [{ x: [{ wildcard: '*a*' }] }, { y: [{ exists: false }] }] }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (event) => {
        expect(pattern.matches(event)).toBeTypeOf('boolean');
      }),
    );
  });
});
