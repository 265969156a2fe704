/** `2.04 s`: so that what is ours can be told from CloudTrail's delay. */
export function secondsText(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
