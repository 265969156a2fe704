import { expect, it } from 'vitest';
import { plainStyle } from '#cli/text/style.ts';
import { textWidth } from '#cli/text/wrap-text.ts';
import { INCIDENTS } from './incident.ts';
import type { Outcome } from './stage.ts';
import { incidentLines } from './summary.ts';

const OUTCOMES: readonly Outcome[] = INCIDENTS.map((incident) =>
  incident.staysOpen ? { incident, noticedMs: 2040 } : { incident, noticedMs: 2040, endedMs: 4078 },
);

it.each([40, 60, 70, 80, 100, 120])('fits into %i columns', (columns) => {
  const lines = incidentLines(OUTCOMES, plainStyle(columns));
  expect(lines.filter((line) => textWidth(line) > columns)).toEqual([]);
});

it('tells who, where and when, and of what is open that it is open', () => {
  const lines = incidentLines(OUTCOMES, plainStyle(120));
  expect(lines).toEqual([
    '  WHO          WHERE                                 NOTICED  OVER    HOW IT ENDED',
    '  dana         orders/api on shop-prod-euw1          2.04 s   4.08 s  put back',
    '  ci-deploy    payments/api on pay-prod-euw1         2.04 s   4.08 s  made again',
    '  omar         ledger/api on pay-prod-use1           2.04 s   4.08 s  put back',
    '  lee          search/api on shop-prod-euw1          2.04 s   4.08 s  told what to add; ended when it was added',
    '  kim          adhoc/notebook-kim on data-prod-euw1  2.04 s   4.08 s  told, and left alone',
    '  legacy-sync  orders/fulfilment on shop-stage-euw1  2.04 s   open    contested: a person is told by name',
  ]);
});
