import { runInGroup } from './child-group.ts';

const PROBE_TIMEOUT_MS = 20_000;

/**
 * Asks the npm registry one thing, through npm itself, so that its own settings (mirror, proxy, certificates) hold. Answers
 * what npm says if that fails. Without this, an unreachable registry makes `sst install` retry for many minutes.
 */
export async function registryProblem(
  cwd: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const limits = ['--fetch-retries=0', '--fetch-timeout=15000', '--prefer-online'];
  const { exitCode, output } = await runInGroup('npm', ['view', '@pulumi/pulumi', 'name', ...limits], {
    cwd,
    env,
    signal,
    timeoutMs: PROBE_TIMEOUT_MS,
  });
  if (exitCode === 0) return undefined;
  const errors = output.split('\n').filter((line) => line.startsWith('npm error'));
  return errors.slice(0, 4).join('\n') || `npm did not answer within ${PROBE_TIMEOUT_MS / 1000} s`;
}
