/** The stage of `--stage NAME` or `--stage=NAME`; `sandbox` without it. */
export function stageFrom(args: readonly string[]): string {
  const at = args.findIndex((arg) => arg === '--stage' || arg.startsWith('--stage='));
  if (at < 0) return 'sandbox';
  const stage = args[at]?.split('=')[1] ?? args[at + 1];
  if (stage === undefined || stage === '') throw new Error('--stage needs a name');
  return stage;
}
