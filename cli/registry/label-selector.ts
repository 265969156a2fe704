import type { LabelExpression } from '#shared/domain/cluster-selector.ts';
import { isLabelKey, isLabelValue } from '#shared/domain/label.ts';
import { UsageError } from '../usage-error.ts';

/**
 * Reads kubectl's `-l`: `env=prod`, `env==prod`, `env!=prod`, `env`, `!env`, several apart by commas, all of which must
 * hold. Throws `UsageError` for anything else.
 */
export function parseLabelSelector(text: string): readonly LabelExpression[] {
  return text.split(',').map((part) => {
    const match = /^\s*(!?)([^=!\s]+)\s*(?:(==|=|!=)\s*([^=!\s]*))?\s*$/.exec(part);
    const [, not = '', key = '', operator, value = ''] = match ?? [];
    const faulty = !match || !isLabelKey(key) || (operator ? not !== '' || !isLabelValue(value) : false);
    if (faulty) {
      throw new UsageError(
        `-l cannot be read: ${JSON.stringify(part.trim())}`,
        'write label=value, label!=value, label or !label; several apart by commas',
      );
    }
    if (operator === undefined) return { key, operator: not === '' ? 'Exists' : 'DoesNotExist' };
    return { key, operator: operator === '!=' ? 'NotIn' : 'In', values: [value] };
  });
}
