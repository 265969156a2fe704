import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AwsStandIn, startAwsStandIn } from './aws-stand-in.ts';

let aws: AwsStandIn;
beforeEach(async () => {
  aws = await startAwsStandIn('111122223333');
});
afterEach(() => aws.close());

function ask(target: string, body: object) {
  return fetch(aws.url, {
    method: 'POST',
    headers: {
      'x-amz-target': target,
      authorization:
        'AWS4-HMAC-SHA256 Credential=offline/20261120/eu-west-1/ssm/aws4_request, SignedHeaders=host',
    },
    body: JSON.stringify(body),
  });
}

it('tells where the assets of the signed region go', async () => {
  const response = await ask('AmazonSSM.GetParameter', { Name: '/sst/bootstrap' });
  const { Parameter } = (await response.json()) as { Parameter: { Value: string } };
  expect(JSON.parse(Parameter.Value)).toMatchObject({ asset: 'sst-asset-eu-west-1', version: 999 });
  expect(aws.refused).toEqual([]);
});

it.each([
  { target: 'AmazonSSM.GetParameter', body: { Name: '/other' } },
  { target: 'AmazonSSM.PutParameter', body: { Name: '/sst/bootstrap' } },
])('refuses and notes $target $body', async ({ target, body }) => {
  expect((await ask(target, body)).status).toBe(400);
  expect(aws.refused).toEqual([`POST / ${target}`]);
});
