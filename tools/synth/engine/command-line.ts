/** What SST's CLI asks of the `pulumi` program (all that SST 4.17 asks for a diff). */
export type PulumiCommand =
  | { readonly kind: 'version' }
  | { readonly kind: 'stack-init'; readonly app: string; readonly stage: string }
  | {
      readonly kind: 'preview';
      readonly app: string;
      readonly stage: string;
      /** Where the CLI reads what happens, one JSON object a line. */
      readonly eventLog: string;
      readonly config: Readonly<Record<string, string>>;
    };

/** Reads the arguments; throws on a command that this engine does not play. */
export function readCommandLine(args: readonly string[]): PulumiCommand {
  const [command, second, third] = args;
  if (command === 'version') return { kind: 'version' };
  if (command === 'stack' && second === 'init') return { kind: 'stack-init', ...stackOf(third) };
  if (command === 'preview') {
    return {
      kind: 'preview',
      ...stackOf(option(args, '--stack')),
      eventLog: required(option(args, '--event-log'), '--event-log'),
      config: configOf(args),
    };
  }
  throw new Error(`the offline engine does not play: pulumi ${args.join(' ')}`);
}

/** `organization/app/stage` */
function stackOf(stack: string | undefined): { app: string; stage: string } {
  const [, app, stage] = required(stack, '--stack').split('/');
  return { app: required(app, 'the name of the app'), stage: required(stage, 'the stage') };
}

function configOf(args: readonly string[]): Record<string, string> {
  const pairs = args.flatMap((arg, at) => (args[at - 1] === '--config' ? [arg] : []));
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function option(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}

function required(value: string | undefined, what: string): string {
  if (value === undefined || value === '') throw new Error(`the offline engine was not told ${what}`);
  return value;
}
