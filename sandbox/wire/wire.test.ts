import { CreateAddon$, CreatePodIdentityAssociation$, DescribeCluster$ } from '@aws-sdk/client-eks';
import { CreateRole$, GetAccountAuthorizationDetails$ } from '@aws-sdk/client-iam';
import { AssumeRole$ } from '@aws-sdk/client-sts';
import { JsonShapeSerializer, QueryShapeSerializer, XmlShapeDeserializer } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OperationSchema } from '../operation.ts';
import { readJson, writeJson } from './json-shape.ts';
import { readQuery } from './query-shape.ts';
import { queryTree } from './query-tree.ts';
import { requiredMembers, shapeOf } from './schema.ts';
import type { ShapeProblem } from './shape-error.ts';
import { writeXml } from './xml-shape.ts';

/** XML 1.0 has no place for other control characters, and an XML parser trims text. */
const text = fc
  .string({
    unit: fc.constantFrom(
      'a',
      'Z',
      '7',
      ' ',
      '&',
      '<',
      '>',
      '"',
      "'",
      '%',
      '+',
      '=',
      '/',
      '.',
      'ü',
      '✓',
      '🙂',
    ),
  })
  .map((inner) => `x${inner}x`);

/** Any value that a schema allows, with all required members and some of the others; lists are never empty. */
function anyValue(schema: NormalizedSchema, depth = 0): fc.Arbitrary<unknown> {
  if (schema.isStructSchema()) {
    const required = requiredMembers(schema);
    const members = [...schema.structIterator()]
      .filter(([name, member]) => required.includes(name) || depth < 5 || isScalar(member))
      .map(([name, member]) => [name, anyValue(member, depth + 1)] as const);
    // The query form has no way to say that a structure is there and empty.
    return fc
      .record(Object.fromEntries(members), { requiredKeys: [...required] })
      .filter((value) => depth === 0 || Object.keys(value).length > 0);
  }
  if (schema.isListSchema())
    return fc.array(anyValue(schema.getValueSchema(), depth + 1), { minLength: 1, maxLength: 3 });
  if (schema.isMapSchema())
    return fc.dictionary(text, anyValue(schema.getValueSchema(), depth + 1), { minKeys: 1, maxKeys: 3 });
  if (schema.isBooleanSchema()) return fc.boolean();
  if (schema.isNumericSchema()) return fc.integer({ min: -1_000, max: 100_000 });
  if (schema.isTimestampSchema())
    return fc.integer({ min: 0, max: 4e9 }).map((seconds) => new Date(seconds * 1000));
  return text;
}

function isScalar(schema: NormalizedSchema): boolean {
  return !schema.isStructSchema() && !schema.isListSchema() && !schema.isMapSchema();
}

const JSON_SETTINGS = { jsonName: true, timestampFormat: { useTrait: true, default: 7 as const } };
const XML_SETTINGS = {
  xmlNamespace: 'https://example.com/',
  timestampFormat: { useTrait: true, default: 5 as const },
  httpBindings: false,
  serviceNamespace: 'com.amazonaws.iam',
  serializeEmptyLists: true,
};

describe('JSON', () => {
  it.each<[string, OperationSchema]>([
    ['CreatePodIdentityAssociation', CreatePodIdentityAssociation$],
    ['CreateAddon', CreateAddon$],
  ])('is read as the SDK writes it: %s', (_, schema) => {
    const { input } = shapeOf(schema);
    fc.assert(
      fc.property(anyValue(input), (value) => {
        const serializer = new JsonShapeSerializer(JSON_SETTINGS);
        serializer.write(input, value);
        const problems: ShapeProblem[] = [];
        expect(readJson(input, JSON.parse(String(serializer.flush())), '', problems)).toMatchObject(
          value as object,
        );
        expect(problems).toEqual([]);
      }),
    );
  });

  it('carries times as epoch seconds with a fraction and drops what is not in the schema', () => {
    const { output } = shapeOf(DescribeCluster$);
    const createdAt = new Date('2026-11-20T10:00:00.123Z');
    expect(writeJson(output, { cluster: { name: 'c1', createdAt, version: undefined, secret: 1 } })).toEqual({
      cluster: { name: 'c1', createdAt: 1795168800.123 },
    });
  });
});

describe('the query form', () => {
  it.each<[string, OperationSchema]>([
    ['CreateRole', CreateRole$],
    ['AssumeRole', AssumeRole$],
  ])('is read as the SDK writes it: %s', (_, schema) => {
    const { input } = shapeOf(schema);
    fc.assert(
      fc.property(anyValue(input), (value) => {
        const serializer = new QueryShapeSerializer(XML_SETTINGS);
        serializer.write(input, value);
        const problems: ShapeProblem[] = [];
        const form = new URLSearchParams(String(serializer.flush()));
        expect(readQuery(input, queryTree(form), '', problems)).toEqual(value);
        expect(problems).toEqual([]);
      }),
    );
  });

  it('names what is missing and what is malformed by its place', () => {
    const problems: ShapeProblem[] = [];
    const form = new URLSearchParams('RoleName=r&Tags.member.1.Key=a&MaxSessionDuration=long');
    readQuery(shapeOf(CreateRole$).input, queryTree(form), '', problems);
    expect(problems.map(({ kind, member }) => `${kind} ${member}`)).toEqual([
      'malformed maxSessionDuration',
      'missing tags.1.member.value',
      'missing assumeRolePolicyDocument',
    ]);
  });

  it('keeps the order of list items by their numbers, not by their text', () => {
    const items = Array.from({ length: 11 }, (_, i) => `TransitiveTagKeys.member.${11 - i}=k${11 - i}`).join(
      '&',
    );
    const form = new URLSearchParams(`RoleArn=a&RoleSessionName=s&${items}`);
    const read = readQuery(shapeOf(AssumeRole$).input, queryTree(form), '', []);
    expect(read).toMatchObject({
      TransitiveTagKeys: ['k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'k8', 'k9', 'k10', 'k11'],
    });
  });
});

describe('XML', () => {
  it.each<[string, OperationSchema]>([
    ['CreateRole', CreateRole$],
    ['AssumeRole', AssumeRole$],
    ['GetAccountAuthorizationDetails', GetAccountAuthorizationDetails$],
  ])('is what the SDK reads: %s', async (name, schema) => {
    const { output } = shapeOf(schema);
    await fc.assert(
      fc.asyncProperty(anyValue(output), async (value) => {
        const xml = `<${name}Response><${name}Result>${writeXml(output, value)}</${name}Result></${name}Response>`;
        const read = new XmlShapeDeserializer(XML_SETTINGS).read(output, Buffer.from(xml), `${name}Result`);
        expect(await read).toEqual(value);
      }),
      { numRuns: 50 },
    );
  });
});
