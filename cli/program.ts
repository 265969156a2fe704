import { Command } from 'commander';
import { defineCheck } from './commands/check-definition.ts';
import type { RunCommand } from './commands/command-context.ts';
import { defineCompletion } from './commands/completion-definition.ts';
import { defineDemo } from './commands/demo-definition.ts';
import { defineEnrol } from './commands/enrol-definition.ts';
import { defineExplain } from './commands/explain-definition.ts';
import { defineGet } from './commands/get-definition.ts';
import { defineMode } from './commands/mode-definition.ts';
import {
  defineAudit,
  defineDescribe,
  defineEvents,
  defineWaive,
  defineWhoUses,
} from './commands/registry-reading-definition.ts';
import { defineSandbox } from './commands/sandbox-definition.ts';
import {
  defineBrake,
  defineDelete,
  defineReconcile,
  defineRegistry,
  defineSwitches,
} from './commands/switch-definition.ts';
import { defineValidate } from './commands/validate-definition.ts';
import { readVersion } from './version.ts';

/** All commands with their options and help. Loads none of what they need to run. */
export function buildProgram(run: RunCommand): Command {
  const program = new Command('rolecall')
    .description(
      'Keeps every Kubernetes service account on every EKS cluster bound to the IAM role it should have.',
    )
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .option('--no-color', 'no colours, as with NO_COLOR in the environment')
    .showHelpAfterError('(run it with --help to see what it takes)')
    .addHelpText(
      'after',
      `
Start here:
  $ rolecall demo                        see it at work on a play fleet; needs nothing
  $ rolecall validate -f mappings/       are the manifests right?
  $ rolecall check -f mappings/ -A       what differs on the clusters of your account?

Credentials, region and endpoint are found as every AWS tool finds them.`,
    );
  defineCheck(program, run);
  defineExplain(program, run);
  defineValidate(program, run);
  defineSandbox(program, run);
  defineDemo(program, run);
  defineGet(program, run);
  defineDescribe(program, run);
  defineWhoUses(program, run);
  defineEvents(program, run);
  defineAudit(program, run);
  defineWaive(program, run);
  defineRegistry(program, run);
  defineDelete(program, run);
  defineEnrol(program, run);
  defineMode(program, run);
  defineReconcile(program, run);
  defineSwitches(program, run);
  defineBrake(program, run);
  defineCompletion(program, run);
  return program;
}
