import { isInRange, parseIpRange } from '#shared/iam/ip-range.ts';
import { invalidPattern } from './pattern-error.ts';

/** Compiles a `cidr`, IPv4 or IPv6. A mask of all bits is refused: name the address itself instead. */
export function compileAddressRange(cidr: string): (value: string) => boolean {
  const [host, mask, ...rest] = cidr.split('/');
  if (host === undefined || mask === undefined || rest.length > 0) {
    throw invalidPattern("Malformed CIDR, one '/' required");
  }
  if (!/^-?\d+$/.test(mask)) throw invalidPattern('Malformed CIDR, mask bits must be an integer');
  const bits = Number(mask);
  if (bits < 0) throw invalidPattern('Malformed CIDR, mask bits must not be negative');
  const address = parseIpRange(host);
  if (!address || host.includes('/')) throw invalidPattern(`Nonstandard IP address: ${host}`);
  if (bits >= address.bits) {
    throw invalidPattern(`${address.bits === 32 ? 'IPv4' : 'IPv6'} mask bits must be < ${address.bits}`);
  }
  const range = { ...address, prefix: bits };
  return (value) => {
    const given = parseIpRange(value);
    return given !== undefined && isInRange(range, given);
  };
}
