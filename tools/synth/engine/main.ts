/**
 * Stands in for the `pulumi` program under SST's real CLI: speaks Pulumi's own engine protocol to the real program, over
 * SST's real components, and writes down what it registers (to the file that `ROLECALL_RECORDING` names).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type PulumiCommand, readCommandLine } from './command-line.ts';
import { runProgram } from './run-program.ts';
import { PULUMI_VERSION, writeStateFile } from './state-file.ts';
import { partitionOf } from './world.ts';

/** Names of the environment variables through which the harness speaks to this program. */
const RECORDING_FILE = 'ROLECALL_RECORDING';
const ACCOUNT = 'ROLECALL_SYNTH_ACCOUNT';

async function main(): Promise<void> {
  const command = readCommandLine(process.argv.slice(2));
  switch (command.kind) {
    case 'version':
      console.log(PULUMI_VERSION);
      return;
    case 'stack-init':
      writeStateFile(backend(), command.app, command.stage, []);
      return;
    case 'preview':
      await preview(command);
  }
}

async function preview(command: Extract<PulumiCommand, { kind: 'preview' }>): Promise<void> {
  const region = command.config['aws:region'] ?? variable('SST_AWS_REGION');
  const recording = await runProgram({
    ...command,
    main: (parse(readFileSync('Pulumi.yaml', 'utf8')) as { main: string }).main,
    world: { account: variable(ACCOUNT), partition: partitionOf(region), region },
  });
  writeFileSync(variable(RECORDING_FILE), JSON.stringify(recording));
  writeStateFile(backend(), command.app, command.stage, recording.resources);
  process.exitCode = recording.complete ? 0 : 1;
}

function backend(): string {
  return variable('PULUMI_BACKEND_URL');
}

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`the offline engine needs ${name}`);
  return value;
}

await main();
