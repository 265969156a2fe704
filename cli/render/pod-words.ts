import type { PodEffect } from '#shared/domain/pod-effect.ts';
import type { Glyphs } from '../text/style.ts';

/** What running pods notice, in two or three words; the legend under the plan has the whole sentence. */
export function podWords(effect: PodEffect, { atMost }: Glyphs): string {
  switch (effect) {
    case 'none':
      return '';
    case 'restartToGain':
      return 'pods: restart';
    case 'within6h':
      return `pods: switch ${atMost}6h`;
    case 'within59min':
      return `pods: switch ${atMost}59min`;
    case 'loseOnExpiry':
      return `pods: lose ${atMost}6h`;
  }
}
