import { removeRule } from '#shared/app/registry/enrolment-rules.ts';
import { byPriority } from '#shared/domain/registry/enrolment.ts';
import { whoText } from '#shared/domain/who-text.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { listText } from '../text/count-text.ts';
import { askedBy } from './asked-by.ts';
import { unknownRule } from './describe-rule.ts';
import { say } from './say.ts';
import { type RegistryOptions, withRegistry } from './with-registry.ts';

/** The options of `rolecall delete`. */
export interface DeleteOptions extends RegistryOptions {
  readonly reason: string;
}

/** `rolecall delete rule`: takes an enrolment rule out. Clusters that are enrolled keep their mode. */
export async function deleteRuleCommand(
  context: CliContext,
  name: string,
  options: DeleteOptions,
): Promise<ExitCode> {
  const { io } = context;
  await withRegistry(context, options, async (connection) => {
    const asked = await askedBy(connection, options.reason, io.signal);
    const answer = await removeRule(connection, name, asked);
    const [item] = await connection.registry.get([{ type: 'enrolmentRules' }], { signal: io.signal });
    const left = byPriority(item?.rules ?? []).map((rule) => `${rule.name} (${rule.mode})`);
    if (answer === 'unknownRule') throw unknownRule(name, item?.rules.map((rule) => rule.name) ?? []);
    const rest =
      left.length === 0
        ? 'None is left: every new cluster begins in mode observe.'
        : `Left: ${listText(left, 8)}.`;
    say(context, `Rule ${name} is deleted. Clusters that are enrolled keep their mode. ${rest}`);
    say(context, `  Deleted by ${whoText(asked.by)}: ${asked.why}`);
  });
  return EXIT.clean;
}
