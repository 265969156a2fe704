import { expect, it } from 'vitest';
import { plainDocument } from './plain-document.ts';

it("has its fields in one order, times as text, and nothing of the registry's own", () => {
  const item = {
    version: 3,
    type: 'finding',
    lastSeenAt: 1_795_176_000_000,
    endedAt: 0,
    status: 'open',
    key: { serviceAccount: 'api', namespace: 'payments' },
    id: 'missing/payments/api',
  };
  expect(JSON.stringify(plainDocument(item))).toBe(
    '{"id":"missing/payments/api","key":{"namespace":"payments","serviceAccount":"api"},"status":"open","endedAt":null,"lastSeenAt":"2026-11-20T12:00:00.000Z"}',
  );
});
