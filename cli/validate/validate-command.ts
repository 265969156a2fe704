import type { CliContext } from '../cli-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { type LoadedManifests, loadManifests, problemLine } from '../load-mappings.ts';
import { countText } from '../text/count-text.ts';

export interface ValidateOptions {
  readonly file: readonly string[];
  readonly output: 'table' | 'json';
}

/** `rolecall validate`: says everything that is wrong with a set of manifests. */
export async function validateCommand({ io }: CliContext, options: ValidateOptions): Promise<ExitCode> {
  const loaded = await loadManifests(options.file, io);
  const errors = loaded.problems.filter(({ severity }) => severity === 'error').length;
  const exitCode = errors > 0 ? EXIT.error : EXIT.clean;
  io.stdout.write(options.output === 'json' ? asJson(loaded, exitCode) : asText(loaded, errors));
  return exitCode;
}

function asText({ files, mappings, rules, problems }: LoadedManifests, errors: number): string {
  const lines = problems.map((problem) => `${problemLine(problem)}\n`);
  const warnings = problems.length - errors;
  const counts = [
    ...(errors > 0 ? [countText(errors, 'error')] : []),
    ...(warnings > 0 ? [countText(warnings, 'warning')] : []),
  ];
  const verdict = counts.length === 0 ? 'no problem' : counts.join(', ');
  const also = rules.length === 0 ? '' : ` and ${countText(rules.length, 'enrolment rule')}`;
  const read = `${countText(mappings.length, 'mapping')}${also} in ${countText(files, 'file')}`;
  const next = errors > 0 ? '. Exit 1: a set with an error is refused whole' : '';
  return `${lines.join('')}${read}: ${verdict}${next}\n`;
}

function asJson({ files, mappings, rules, problems }: LoadedManifests, exitCode: ExitCode): string {
  const report = {
    apiVersion: 'rolecall.dev/v1',
    kind: 'ValidationReport',
    summary: {
      files,
      mappings: mappings.length,
      enrolmentRules: rules.length,
      errors: problems.filter(({ severity }) => severity === 'error').length,
      warnings: problems.filter(({ severity }) => severity === 'warning').length,
    },
    problems,
    exitCode,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
