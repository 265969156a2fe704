import type { AwsError } from '../aws-error.ts';
import type { NewMessage } from './message.ts';
import { sizeOf } from './message.ts';
import { invalidContents, invalidParameterValue, invalidValue, missingParameter } from './sqs-errors.ts';

/** A message with all its attributes, and a batch in total. */
export const LARGEST_MESSAGE_BYTES = 1_048_576;
const LONGEST_DELAY_SECONDS = 900;

/** The properties of a queue that say what it takes. */
export interface IntakeRules {
  readonly fifo: boolean;
  readonly contentBasedDeduplication: boolean;
  readonly maximumMessageBytes: number;
}

/** Why a queue refuses a message; undefined when it takes it. */
export function refusalOf(message: NewMessage, rules: IntakeRules): AwsError | undefined {
  if (message.body === '') return missingParameter('MessageBody');
  if (sizeOf(message) > rules.maximumMessageBytes) {
    return invalidParameterValue(
      `One or more parameters are invalid. Reason: Message must be shorter than ${rules.maximumMessageBytes} bytes.`,
    );
  }
  if (!isWritable(message.body)) return invalidContents();
  return refusalOfAttributes(message) ?? refusalOfDelay(message, rules) ?? refusalOfOrder(message, rules);
}

/** Nothing but the characters of XML 1.0. */
function isWritable(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text) && text.isWellFormed();
}

function refusalOfAttributes({ attributes = {} }: NewMessage): AwsError | undefined {
  if (Object.keys(attributes).length > 10) {
    return invalidParameterValue(
      'Number of message attributes [11] exceeds the allowed maximum [10].'.replace(
        '11',
        String(Object.keys(attributes).length),
      ),
    );
  }
  for (const [name, { dataType, stringValue, binaryValue }] of Object.entries(attributes)) {
    if (!/^(String|Number|Binary)(\.|$)/.test(dataType)) {
      return invalidParameterValue(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    }
    const value = dataType.startsWith('Binary') ? binaryValue : stringValue;
    if (value === undefined || value.length === 0) {
      return invalidParameterValue(
        `The message attribute '${name}' must contain a non-empty message attribute value for message attribute type '${dataType}'.`,
      );
    }
  }
  return undefined;
}

function refusalOfDelay({ delaySeconds }: NewMessage, { fifo }: IntakeRules): AwsError | undefined {
  if (delaySeconds === undefined) return undefined;
  if (fifo && delaySeconds !== 0) {
    return invalidValue(
      delaySeconds,
      'DelaySeconds',
      'The request include parameter that is not valid for this queue type.',
    );
  }
  if (Number.isInteger(delaySeconds) && delaySeconds >= 0 && delaySeconds <= LONGEST_DELAY_SECONDS)
    return undefined;
  return invalidValue(
    delaySeconds,
    'DelaySeconds',
    `DelaySeconds must be >= 0 and <= ${LONGEST_DELAY_SECONDS}.`,
  );
}

const ORDER_TOKEN = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/;

/** Standard queues take a group id (fair queues), and no deduplication id. */
function refusalOfOrder(message: NewMessage, rules: IntakeRules): AwsError | undefined {
  const { groupId, deduplicationId } = message;
  if (groupId !== undefined && !ORDER_TOKEN.test(groupId)) return badToken(groupId, 'MessageGroupId');
  if (deduplicationId !== undefined && !ORDER_TOKEN.test(deduplicationId)) {
    return badToken(deduplicationId, 'MessageDeduplicationId');
  }
  if (!rules.fifo) {
    return deduplicationId === undefined
      ? undefined
      : invalidValue(
          deduplicationId,
          'MessageDeduplicationId',
          'The request include parameter that is not valid for this queue type.',
        );
  }
  if (groupId === undefined) return missingParameter('MessageGroupId');
  if (deduplicationId !== undefined || rules.contentBasedDeduplication) return undefined;
  return invalidParameterValue(
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
}

function badToken(value: string, parameter: string): AwsError {
  return invalidValue(
    value,
    parameter,
    `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}
