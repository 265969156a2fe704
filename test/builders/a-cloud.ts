import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { zipSync } from 'fflate';
import { onTestFinished } from 'vitest';
import type { AccessQuestion } from '#sandbox/cloud/access.ts';
import { Cloud, type CloudOptions } from '#sandbox/cloud/cloud.ts';
import { startSandbox } from '#sandbox/start-sandbox.ts';
import { putRole } from './running-sandbox.ts';
import { aWorld } from './sandbox-call.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

/** The ARN of something in the test's account and region. */
export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}

/** A cloud in a world whose clock stands still at noon, with the role `worker` for functions; ends with the test. */
export function aCloud(options: Partial<CloudOptions> = {}): Cloud {
  const world = options.world ?? aWorld();
  putRole(world.iam(ACCOUNT), 'worker');
  const cloud = new Cloud({ world, cacheFolder: aFolder(), ...options });
  onTestFinished(() => cloud.stop());
  return cloud;
}

/** A cloud that is there for clients on a free port. */
export async function aRunningCloud(options: Partial<CloudOptions> = {}) {
  const cloud = aCloud(options);
  const sandbox = await startSandbox({ port: 0, cloud });
  const config = {
    endpoint: sandbox.url,
    region: REGION,
    maxAttempts: 1,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'any' },
  };
  const clients = {
    sqs: new SQSClient(config),
    events: new EventBridgeClient(config),
    sns: new SNSClient(config),
    dynamodb: new DynamoDBClient(config),
  };
  onTestFinished(async () => {
    for (const client of Object.values(clients)) client.destroy();
    await sandbox.stop();
  });
  return { cloud, url: sandbox.url, ...clients };
}

/** Refuses one action to everybody, and remembers everything that was asked. */
export function refusing(action: string) {
  const asked: AccessQuestion[] = [];
  return {
    asked,
    authorize(question: AccessQuestion) {
      asked.push(question);
      return question.action === action
        ? { kind: 'denied' as const, reason: `not authorized to perform: ${action}` }
        : { kind: 'allowed' as const };
    },
  };
}

/** A folder that goes with the test. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A deploy zip with `index.mjs`, whose handler is `index.handler`. */
export function aZip(source: string, more: Readonly<Record<string, string>> = {}): string {
  const path = join(aFolder(), 'code.zip');
  const files = { 'index.mjs': source, ...more };
  const encoded = Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)]);
  writeFileSync(path, zipSync(Object.fromEntries(encoded)));
  return path;
}
