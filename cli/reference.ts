import type { Argument, Command, Option } from 'commander';
import { buildProgram } from './program.ts';

/** The reference of all commands as Markdown, made from their definitions, for docs/cli.md. */
export function cliReference(): string {
  const program = buildProgram(() => Promise.resolve());
  const sections = program.commands.map((command) => commandSection(command));
  return [
    '# The command `rolecall`',
    '',
    program.description(),
    '',
    'This page is generated from the definitions of the commands: `npm run docs`.',
    '',
    '| Command | Does |',
    '| --- | --- |',
    ...program.commands.map(
      (command) => `| [\`${command.name()}\`](#rolecall-${command.name()}) | ${cell(command.summary())} |`,
    ),
    '',
    `Everywhere: ${program.options.map((option) => `\`${option.flags}\` (${option.description})`).join(', ')}, \`-h, --help\`.`,
    'Exit codes are those of Terraform: 0 clean, 1 error or unknown, 2 differences.',
    '',
    ...sections,
  ].join('\n');
}

function commandSection(command: Command): string {
  const usage = `rolecall ${command.name()} ${command.usage()}`.trim();
  const lines = [`## rolecall ${command.name()}`, '', command.description(), '', '```text', usage, '```', ''];
  const given = command.registeredArguments;
  if (given.length > 0) {
    lines.push('| Argument | Meaning |', '| --- | --- |', ...given.map(argumentRow), '');
  }
  if (command.options.length > 0) {
    lines.push('| Option | Meaning |', '| --- | --- |', ...command.options.map(optionRow), '');
  }
  const after = textAfterHelp(command);
  if (after !== '') lines.push('```text', after, '```', '');
  return lines.join('\n');
}

function argumentRow(argument: Argument): string {
  const choices = argument.argChoices
    ? `; one of ${argument.argChoices.map((choice) => `\`${choice}\``).join(', ')}`
    : '';
  return `| \`${argument.name()}\` | ${cell(`${argument.description}${choices}`)} |`;
}

function optionRow(option: Option): string {
  const facts = [
    option.description,
    ...(option.argChoices ? [`one of ${option.argChoices.map((choice) => `\`${choice}\``).join(', ')}`] : []),
    ...(option.defaultValue === undefined
      ? []
      : [`default \`${option.defaultValueDescription ?? String(option.defaultValue)}\``]),
    ...(option.mandatory ? ['required'] : []),
  ];
  return `| \`${option.flags}\` | ${cell(facts.join('; '))} |`;
}

/** A pipe would end the cell. */
function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}

/** Examples, exit codes and the like: what a command prints below its own help. */
function textAfterHelp(command: Command): string {
  let whole = '';
  command.configureOutput({ writeOut: (text) => (whole += text), getOutHelpWidth: () => 100 });
  command.outputHelp();
  return whole.slice(command.helpInformation().length).trim();
}
