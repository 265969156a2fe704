import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

describe('readConfig', () => {
  it('reads what is asked for, numbers as numbers', () => {
    const environment = { ROLECALL_INSTALLATION: 'dev', RECONCILE_MAX_RECEIVES: '10', HOME: '/root' };
    expect(readConfig(environment, ['installation', 'reconcileMaxReceives'])).toEqual({
      installation: 'dev',
      reconcileMaxReceives: 10,
    });
  });

  it('reports every problem together', () => {
    const environment = { RECONCILE_QUEUE_URL: 'queue', REGISTRY_TABLE: '', RECONCILE_MAX_RECEIVES: 'many' };
    const read = () =>
      readConfig(environment, ['installation', 'registryTable', 'reconcileQueueUrl', 'reconcileMaxReceives']);
    for (const problem of [
      'ROLECALL_INSTALLATION: is missing',
      'REGISTRY_TABLE: is empty',
      'RECONCILE_QUEUE_URL: ',
      'RECONCILE_MAX_RECEIVES: ',
    ]) {
      expect(read).toThrow(problem);
    }
  });
});
