import { physicalName } from '#shared/runtime/names.ts';

/** The name in AWS of a part of this stage: fixed, so that spokes can trust it and the runbook can name it. */
export function named(name: string): string {
  return physicalName($app.stage, name);
}
