import { constraintError, validationError } from './iam-errors.ts';

/** The constraints that IAM and STS put on single fields (facts §9.1, §9.3), each refused in AWS's own words. */

const NAME = /^[\w+=,.@-]+$/;
const PATH = /^\/(?:[\x21-\x7e]*\/)?$/;

/** Refuses an absent or empty member, and answers the value otherwise. */
export function required<Value>(member: string, value: Value | undefined | null): Value {
  if (value === undefined || value === null) {
    throw validationError(
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return value;
}

export function checkLength(member: string, value: string, least: number, most: number): void {
  if (value.length > most) {
    throw constraintError(member, value, `have length less than or equal to ${most}`);
  }
  if (value.length < least) {
    throw constraintError(member, value, `have length greater than or equal to ${least}`);
  }
}

export function checkRange(member: string, value: number, least: number, most: number): void {
  if (value > most) throw constraintError(member, value, `have value less than or equal to ${most}`);
  if (value < least) throw constraintError(member, value, `have value greater than or equal to ${least}`);
}

/** A role's, policy's or session's name: present, of the right length, and of IAM's characters. */
function checkName(member: string, value: string | undefined, most: number): string {
  const name = required(member, value);
  checkLength(member, name, 1, most);
  if (!NAME.test(name)) {
    throw validationError(
      `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    );
  }
  return name;
}

/** Names of roles have at most 64 characters. */
export const checkRoleName = (value: string | undefined): string => checkName('roleName', value, 64);

/** Names of managed and inline policies have at most 128 characters. */
export const checkPolicyName = (value: string | undefined): string => checkName('policyName', value, 128);

/** A path, `/` when none is given. */
export function checkPath(value: string | undefined): string {
  const path = value ?? '/';
  checkLength('path', path, 1, 512);
  if (!PATH.test(path)) {
    throw validationError(
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    );
  }
  return path;
}

/** A role's description; absent and empty are the same. */
export function checkDescription(value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  checkLength('description', value, 0, 1000);
  return value;
}

/** Seconds; one hour unless said otherwise. */
export function checkMaxSessionDuration(value: number | undefined): number {
  const seconds = value ?? 3600;
  checkRange('maxSessionDuration', seconds, 3600, 43_200);
  return seconds;
}

/** The ARN of a policy. */
export function checkPolicyArn(value: string | undefined): string {
  const arn = required('policyArn', value);
  checkLength('policyArn', arn, 20, 2048);
  if (!/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\//.test(arn)) {
    throw validationError(`ARN ${arn} is not valid.`);
  }
  return arn;
}
