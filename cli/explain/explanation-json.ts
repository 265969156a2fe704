import type { Explanation } from '#shared/app/explain/explanation.ts';
import type { ExitCode } from '../exit-code.ts';
import { commandLine } from '../text/shell-quote.ts';

/** An explanation for programs; command lines are quoted for the shell of the platform. */
export function explanationJson(
  explanation: Explanation,
  exitCode: ExitCode,
  platform: NodeJS.Platform,
): string {
  const { cluster, key, links, verdict, associatedAt } = explanation;
  const document = {
    apiVersion: 'rolecall.dev/v1',
    kind: 'Explanation',
    cluster: { name: cluster.name, account: cluster.account, region: cluster.region },
    ...key,
    verdict: verdict.kind,
    ...(verdict.kind === 'holds' ? {} : { link: verdict.link }),
    ...(associatedAt === undefined ? {} : { associatedAt: new Date(associatedAt).toISOString() }),
    links: links.map(({ fix, ...link }) => ({
      ...link,
      ...(fix ? { fix: { ...fix, awsCli: fix.awsCli?.map((words) => commandLine(words, platform)) } } : {}),
    })),
    exitCode,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
