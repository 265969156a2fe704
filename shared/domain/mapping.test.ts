import { expect, it } from 'vitest';
import { isExpired } from './mapping.ts';

it.each([
  { expires: '2027-03-31', today: '2027-03-30', expired: false },
  { expires: '2027-03-31', today: '2027-03-31', expired: false },
  { expires: '2027-03-31', today: '2027-04-01', expired: true },
  { expires: '2027-12-31', today: '2028-01-01', expired: true },
])('a mapping until $expires is expired on $today: $expired', ({ expires, today, expired }) => {
  expect(isExpired({ expires }, today)).toBe(expired);
});

it('never expires without a day', () => {
  expect(isExpired({}, '9999-12-31')).toBe(false);
});
