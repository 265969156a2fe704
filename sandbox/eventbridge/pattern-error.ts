import { AwsError } from '../aws-error.ts';

/** The refusal of PutRule, CreateArchive and TestEventPattern. AWS adds where in the text it is; we do not. */
export function invalidPattern(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', 400, `Event pattern is not valid. Reason: ${reason}`);
}
