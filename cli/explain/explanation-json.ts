import type { Explanation } from '#shared/app/explain/explanation.ts';
import type { ExitCode } from '../exit-code.ts';
import { commandLine } from '../text/shell-quote.ts';

export interface ExplanationJsonContext {
  readonly exitCode: ExitCode;
  readonly platform: NodeJS.Platform;
  /** Added to lines for the AWS CLI. */
  readonly profileWords: readonly string[];
}

/** An explanation for programs; command lines are quoted for the shell of the platform. */
export function explanationJson(
  explanation: Explanation,
  { exitCode, platform, profileWords }: ExplanationJsonContext,
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
      ...(fix
        ? {
            fix: {
              ...fix,
              awsCli: fix.awsCli?.map((words) => commandLine([...words, ...profileWords], platform)),
            },
          }
        : {}),
    })),
    exitCode,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
