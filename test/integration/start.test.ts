import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ROOT } from '#test/graph/product-app.ts';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm start --` with these words, as a person runs it. */
async function start(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const words = [join(ROOT, 'tools', 'start-fleet.ts'), '--port', '0', ...args];
  try {
    const options = { cwd: ROOT, env: { PATH: process.env['PATH'], ...env } };
    return { code: 0, ...(await promisify(execFile)(process.execPath, words, options)) };
  } catch (error) {
    return error as Ended;
  }
}

const DEADLINE_MS = 4 * 60_000;

describe('npm start', () => {
  it(
    'takes a fleet on, shows every incident being dealt with by the deployed functions, and exits 0',
    async () => {
      const { code, stdout, stderr } = await start(['--once', '--trail-delay', '100']);
      expect(stderr).not.toContain('error');
      expect(code).toBe(0);
      expect(stdout).toContain('6 clusters in 3 accounts, with 211 associations that nobody manages yet');
      expect(stdout).toContain('208 associations that were as wished are ours now');
      const said = [
        'noticed   roleDrift, by dana (developer) with UpdatePodIdentityAssociation',
        'noticed   missing, by ci-deploy (developer) with DeletePodIdentityAssociation',
        'repaired  made again, as revision 1 of the mapping says',
        'found     trustPolicyInvalid (critical), by lee (developer) with UpdateAssumeRolePolicy',
        'resolved  trustPolicyInvalid is resolved',
        'found     unmanaged (low), by kim (developer) with CreatePodIdentityAssociation',
        'found     contested (critical), by legacy-sync (developer)',
        'no scan among them',
      ];
      for (const line of said) expect.soft(stdout).toContain(line);
      expect(stdout.match(/EKS has a-\w{17} with the role/g)).toHaveLength(4);
    },
    DEADLINE_MS,
  );

  it(
    'says what did not come, and exits 1',
    async () => {
      const { code, stderr } = await start(['--once', '--trail-delay', '600000', '--timeout', '1']);
      expect(stderr).toContain('error: AssociationRepaired did not come within 1.0 s');
      expect(code).toBe(1);
    },
    DEADLINE_MS,
  );

  it('names the variable to set where there is no database, before it begins', async () => {
    const { code, stderr } = await start(['--once'], { DYNOXIDE_BIN: '/nowhere/dynoxide' });
    expect(stderr).toContain('DYNOXIDE_BIN names /nowhere/dynoxide, which does not exist.');
    expect(stderr).toContain('AWS_ENDPOINT_URL_DYNAMODB');
    expect(stderr).toContain('npx rolecall demo');
    expect(code).toBe(1);
  });
});
