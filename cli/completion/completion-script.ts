import type { Command, Option } from 'commander';

export type Shell = 'bash' | 'zsh' | 'fish';

interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** What its argument may be. */
  readonly words: readonly string[];
}

interface CompletedOption {
  readonly long: string;
  readonly short: string | undefined;
  readonly description: string;
  readonly takesFile: boolean;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** A completion script, made from the commands as they are defined. */
export function completionScript(program: Command, shell: Shell): string {
  const commands = program.commands.map(completed);
  switch (shell) {
    case 'bash':
      return bashScript(commands);
    case 'zsh':
      return zshScript(commands);
    case 'fish':
      return fishScript(commands);
  }
}

function completed(command: Command): CompletedCommand {
  return {
    name: command.name(),
    summary: command.summary() || command.description(),
    options: command.options.map(completedOption),
    words: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  };
}

function completedOption(option: Option): CompletedOption {
  return {
    long: option.long ?? option.flags,
    short: option.short,
    description: option.description,
    takesFile: /<(path|file)/.test(option.flags),
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
  };
}

function bashScript(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(({ name, options, words }) => {
    const all = [
      ...options.flatMap(({ long, short }) => [long, ...(short ? [short] : [])]),
      '--help',
      ...words,
    ];
    return `    ${name}) words="${all.join(' ')}" ;;`;
  });
  const choices = commands.flatMap(({ name, options }) =>
    options
      .filter((option) => option.choices.length > 0)
      .map(({ long, short, choices: values }) => {
        const flags = [long, ...(short ? [short] : [])].map((flag) => `"${name} ${flag}"`);
        return `    ${flags.join('|')}) COMPREPLY=($(compgen -W "${values.join(' ')}" -- "$current")); return ;;`;
      }),
  );
  return `# bash completion for rolecall
_rolecall() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words
  case "$previous" in
    ${fileOptions(commands).join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  case "\${COMP_WORDS[1]} $previous" in
${choices.join('\n')}
  esac
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) words="${commands.map(({ name }) => name).join(' ')} help --help --version" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o filenames -F _rolecall rolecall
`;
}

function fileOptions(commands: readonly CompletedCommand[]): readonly string[] {
  const flags = commands.flatMap(({ options }) =>
    options
      .filter(({ takesFile }) => takesFile)
      .flatMap(({ long, short }) => [...(short ? [short] : []), long]),
  );
  return [...new Set(flags)].sort();
}

function zshScript(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name, summary }) => `    '${name}:${zshText(summary)}'`);
  const cases = commands.map(({ name, options, words }) => {
    const specs = options.map((option) => `      ${zshSpec(option)} \\`);
    const argument = words.length > 0 ? `'1:argument:(${words.join(' ')})'` : `'*:argument:'`;
    return `    ${name}) _arguments \\\n${specs.join('\n')}\n      ${argument} ;;`;
  });
  return `#compdef rolecall
_rolecall() {
  local -a commands
  commands=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  local chosen="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$chosen" in
${cases.join('\n')}
  esac
}
compdef _rolecall rolecall
`;
}

function zshSpec({ long, short, description, takesFile, takesValue, choices }: CompletedOption): string {
  const names = short ? `{${short},${long}}` : long;
  const value = takesFile
    ? ':file:_files'
    : choices.length > 0
      ? `:value:(${choices.join(' ')})`
      : takesValue
        ? ':value:'
        : '';
  return `'*'${names}'[${zshText(description)}]${value}'`;
}

/** Within single quotes, and within brackets where a colon ends a part. */
function zshText(text: string): string {
  return text.replaceAll("'", "'\\''").replace(/[[\]:]/g, '\\$&');
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = commands.flatMap(({ name, summary, options, words }) => [
    `complete -c rolecall -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
    ...options.map(({ long, short, description, takesFile, takesValue, choices }) =>
      [
        `complete -c rolecall -n '__fish_seen_subcommand_from ${name}'`,
        ...(short ? [`-s ${short.slice(1)}`] : []),
        `-l ${long.slice(2)}`,
        takesFile
          ? '-r -F'
          : choices.length > 0
            ? `-x -a ${quoted(choices.join(' '))}`
            : takesValue
              ? '-x'
              : '-f',
        `-d ${quoted(description)}`,
      ].join(' '),
    ),
    ...(words.length > 0
      ? [`complete -c rolecall -n '__fish_seen_subcommand_from ${name}' -f -a ${quoted(words.join(' '))}`]
      : []),
  ]);
  return `# fish completion for rolecall\n${lines.join('\n')}\n`;
}
