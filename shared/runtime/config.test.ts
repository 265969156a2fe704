import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

describe('readConfig', () => {
  it('reads what is asked for, and nothing else', () => {
    const environment = { ROLECALL_INSTALLATION: 'dev', ROLECALL_BUS: 'events', HOME: '/root' };
    expect(readConfig(environment, ['installation', 'busName'])).toEqual({
      installation: 'dev',
      busName: 'events',
    });
  });

  it.each([
    { text: '5', read: 5 },
    { text: '0', read: 0 },
    { text: '', problem: 'is empty' },
    { text: '-1', problem: 'is no whole number' },
    { text: '1e9', problem: 'is no whole number' },
    { text: undefined, problem: 'is missing' },
  ])('reads the count $text', ({ text, read, problem }) => {
    const readCount = () => readConfig({ BRAKE_FLEET: text }, ['brakeFleet']).brakeFleet;
    if (problem === undefined) expect(readCount()).toBe(read);
    else expect(readCount).toThrow(`BRAKE_FLEET: ${problem}`);
  });

  it.each([
    { text: '0.1', read: 0.1 },
    { text: '1', read: 1 },
    { text: '0', read: 0 },
    { text: '1.5', problem: 'is not between 0 and 1' },
    { text: '10%', problem: 'is not between 0 and 1' },
  ])('reads the share $text', ({ text, read, problem }) => {
    const readShare = () => readConfig({ BRAKE_CLUSTER_SHARE: text }, ['brakeClusterShare']);
    if (problem === undefined) expect(readShare().brakeClusterShare).toBe(read);
    else expect(readShare).toThrow(`BRAKE_CLUSTER_SHARE: ${problem}`);
  });

  it('reports every problem together', () => {
    const environment = { RECONCILE_QUEUE_URL: 'queue', REGISTRY_TABLE: '' };
    const read = () => readConfig(environment, ['installation', 'registryTable', 'reconcileQueueUrl']);
    for (const problem of [
      'ROLECALL_INSTALLATION: is missing',
      'REGISTRY_TABLE: is empty',
      'RECONCILE_QUEUE_URL: ',
    ]) {
      expect(read).toThrow(problem);
    }
  });
});
