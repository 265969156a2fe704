/**
 * A principal as a person would say it: `alice (Admin)` for a session of a role, `bob` for a user, and whatever is no ARN
 * as it is. The whole ARN is in `-o wide`, `describe` and the forms for programs.
 */
export function whoText(principal: string): string {
  const session = /^arn:[^:]+:sts::\d{12}:assumed-role\/([^/]+)\/(.+)$/.exec(principal);
  if (session) return `${session[2]} (${session[1]})`;
  const other = /^arn:[^:]+:iam::(\d{12}):(root|(?:user|role)\/(.+))$/.exec(principal);
  if (!other) return principal;
  return other[2] === 'root' ? `root of ${other[1]}` : (other[3]?.split('/').at(-1) ?? principal);
}
