import type { CliContext } from '../cli-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { describeAssociation, describeFinding } from './describe-association.ts';
import { describeCluster } from './describe-cluster.ts';
import { describeEnrolment } from './describe-enrolment.ts';
import { describeMapping } from './describe-mapping.ts';
import { describeRule } from './describe-rule.ts';
import { type DescribeAsked, type Description, printDescription } from './description.ts';
import { type RegistryOptions, withRegistry } from './with-registry.ts';

export type Described = 'cluster' | 'mapping' | 'association' | 'finding' | 'rule' | 'enrolment';

/** The options of `rolecall describe`. */
export interface DescribeOptions extends RegistryOptions {
  readonly output: 'text' | 'json' | 'yaml';
  readonly cluster?: string;
  readonly limit: number;
}

/** `rolecall describe`: what the registry knows of one thing, with what was done, by whom and when. */
export async function describeCommand(
  context: CliContext,
  described: Described,
  name: string,
  options: DescribeOptions,
): Promise<ExitCode> {
  const { cluster, limit, output } = options;
  await withRegistry(context, options, async (connection) => {
    const asked = { connection, name, cluster, limit, signal: context.io.signal };
    await printDescription(await DESCRIBERS[described](asked), output, context);
  });
  return EXIT.clean;
}

const DESCRIBERS: Readonly<Record<Described, (asked: DescribeAsked) => Promise<Description>>> = {
  cluster: describeCluster,
  mapping: describeMapping,
  association: describeAssociation,
  finding: describeFinding,
  rule: describeRule,
  enrolment: describeEnrolment,
};
