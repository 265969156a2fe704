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
