import { type DispatchDeps, dispatchRow, readOutboxRow } from '#shared/app/outbox/dispatch-row.ts';
import type { StreamedRow, Worker } from '#shared/runtime/worker.ts';

/** What a transaction had to tell ► the reconcile and the enrol queue, and Rolecall's bus. */
export function createHandler(deps: DispatchDeps): Worker<StreamedRow> {
  return {
    async handle({ row }, { signal }) {
      await dispatchRow(deps, readOutboxRow(row), { signal });
    },
  };
}
