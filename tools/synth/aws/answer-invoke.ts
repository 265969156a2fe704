import type { World } from '../engine/world.ts';
import { digestOf } from './digest.ts';
import { PolicyDocumentArgs, renderPolicyDocument } from './policy-document.ts';

type Inputs = Readonly<Record<string, unknown>>;

const SUFFIXES: Readonly<Record<string, string>> = {
  aws: 'amazonaws.com',
  'aws-cn': 'amazonaws.com.cn',
  'aws-eusc': 'amazonaws.eu',
};

/** The questions to AWS that programs ask while they run, and what AWS would answer. */
const INVOKES: Readonly<Record<string, (inputs: Inputs, world: World) => object>> = {
  'aws:index/getRegion:getRegion': ({ region: asked }, { region: home }) => {
    const region = typeof asked === 'string' ? asked : home;
    return { id: region, region, name: region, description: region, endpoint: `ec2.${region}.amazonaws.com` };
  },
  'aws:index/getCallerIdentity:getCallerIdentity': (_inputs, { account, partition }) => ({
    id: account,
    accountId: account,
    arn: `arn:${partition}:iam::${account}:role/deployer`,
    userId: 'AROAOFFLINE',
  }),
  'aws:index/getPartition:getPartition': (_inputs, { partition }) => ({
    id: partition,
    partition,
    dnsSuffix: SUFFIXES[partition] ?? 'amazonaws.com',
    reverseDnsPrefix: 'com.amazonaws',
  }),
  'aws:iam/getPolicyDocument:getPolicyDocument': (inputs) => {
    const document = renderPolicyDocument(PolicyDocumentArgs.parse(inputs));
    const json = JSON.stringify(document, null, 2);
    return { ...inputs, id: digestOf(json, 10), json, minifiedJson: JSON.stringify(document) };
  },
};

/** Answers a provider's function, or throws, naming it, if the model of AWS does not know it. */
export function answerInvoke(token: string, inputs: Inputs, world: World): object {
  const answer = INVOKES[token];
  if (answer === undefined) {
    throw new Error(
      `the offline model of AWS cannot answer ${token}; teach it in tools/synth/aws/answer-invoke.ts`,
    );
  }
  return answer(inputs, world);
}
