import { appendFileSync } from 'node:fs';
import type { RecordedResource } from './recorded.ts';

export type Severity = 'info' | 'warning' | 'error';

/** What the engine tells SST's CLI while it works: Pulumi's engine events, one JSON object a line. */
export class EventLog {
  readonly #file: string;
  #sequence = 0;

  constructor(file: string) {
    this.#file = file;
  }

  begin(config: Readonly<Record<string, string>>): void {
    this.#emit({ preludeEvent: { config } });
  }

  resource(resource: RecordedResource): void {
    const metadata = metadataOf(resource);
    this.#emit({ resourcePreEvent: { metadata, planning: true } });
    this.#emit({ resOutputsEvent: { metadata, planning: true } });
  }

  diagnose(
    severity: Severity,
    message: string,
    about: { urn?: string; streamID?: number; ephemeral?: boolean } = {},
  ) {
    this.#emit({
      diagnosticEvent: { urn: '', prefix: '', message, color: 'never', severity, ...about },
    });
  }

  end(created: number, seconds: number): void {
    this.#emit({
      summaryEvent: {
        maybeCorrupt: false,
        durationSeconds: Math.round(seconds),
        resourceChanges: { create: created },
        policyPacks: {},
      },
    });
  }

  #emit(event: object): void {
    this.#sequence += 1;
    const stamped = { sequence: this.#sequence, timestamp: Math.floor(Date.now() / 1000), ...event };
    appendFileSync(this.#file, `${JSON.stringify(stamped)}\n`);
  }
}

function metadataOf({ urn, type, custom, id, parent, kind, inputs, outputs }: RecordedResource): object {
  return {
    op: kind === 'read' ? 'read' : 'create',
    urn,
    type,
    provider: '',
    old: null,
    new: { type, urn, custom, id, parent: parent ?? '', provider: '', inputs, outputs },
    keys: null,
    diffs: null,
    detailedDiff: {},
    logical: true,
  };
}
