import { captureRecords, keep } from './capture.ts';
import { cleanUp } from './clean-up.ts';
import { namesOf } from './names.ts';
import type { VerifyOptions } from './options.ts';
import { prepareRegistry } from './prepare-registry.ts';
import { type Answer, leaveRoleRecords, probeEks } from './probe-eks.ts';
import { preflight, setUp } from './set-up.ts';
import type { Shell } from './shell.ts';
import { smoke } from './smoke.ts';

const FOLDER = 'test/fixtures/captured';

/** Everything but the world: how to ask a person, and what time it is. */
export interface VerifyWorld {
  readonly shell: Shell;
  readonly confirm: (question: string) => Promise<boolean>;
  readonly now: () => Date;
}

/**
 * Deploys, breaks, watches it being repaired, asks EKS what nobody knows, and takes everything away again, whatever happened.
 * Answers whether all of it went well and nothing is left.
 */
export async function verifyAws(
  options: VerifyOptions,
  { shell, confirm, now }: VerifyWorld,
): Promise<boolean> {
  const names = namesOf(options);
  shell.part('1. Looking');
  await preflight(shell, options);
  shell.part('2. Asking');
  shell.say(`  ${costOf(options)}`);
  if (!options.dryRun && !options.yes && !(await confirm('Go on?'))) return false;
  const since = now().toISOString();
  const answers: Answer[] = [];
  let files: ReadonlyMap<string, string> = new Map();
  let failure: unknown;
  let left: readonly string[] = [];
  try {
    shell.part('3. Deploying');
    await setUp(shell, options, names);
    const what = `load the mapping, and enrol ${options.cluster} in enforce`;
    await shell.act(what, async () => await prepareRegistry(options, names));
    shell.part('4. Breaking, and watching it being repaired');
    answers.push(...(await smoke(shell, options, names)));
    shell.part('5. Asking EKS what nobody has confirmed');
    answers.push(...(await probeEks(shell, options, names)));
    await leaveRoleRecords(shell, names);
    shell.part('6. Capturing what CloudTrail recorded');
    const captured = await captureRecords(shell, options, names, since);
    answers.push(...captured.answers);
    files = captured.files;
  } catch (error) {
    failure = error;
  } finally {
    shell.part('7. Taking everything away');
    left = await cleanUp(shell, options, names);
    await shell.act(
      `write ${FOLDER}: records and answers.json`,
      async () => await keep(FOLDER, files, answers),
    );
  }
  report(shell, options, answers);
  if (failure !== undefined)
    shell.say(`\nFailed: ${failure instanceof Error ? failure.message : String(failure)}`);
  if (left.length > 0)
    shell.say(`\nStill there, to be removed by hand:\n${left.map((line) => `  ${line}`).join('\n')}`);
  return failure === undefined && left.length === 0;
}

/** What was learnt. In a dry run everything that was answered was made up, so that only the questions are told. */
function report(shell: Shell, { dryRun }: VerifyOptions, answers: readonly Answer[]): void {
  if (!dryRun) {
    for (const { question, answer } of answers) shell.say(`  ${question}: ${answer}`);
    return;
  }
  shell.part('A real run would answer:');
  for (const { question } of answers) shell.say(`  ${question}`);
  shell.say('\ndry run: nothing was measured');
}

function costOf({ stage, account, cluster, subnets }: VerifyOptions): string {
  const made =
    subnets === undefined ? '' : `, and makes the cluster ${cluster} (USD 0.10 an hour, about an hour)`;
  return `This deploys stage ${stage} in ${account} (less than a dollar)${made}; everything is removed at the end.`;
}
