/** A range of IP addresses of one family, as CIDR notation gives it. */
export interface IpRange {
  readonly bits: 32 | 128;
  readonly address: bigint;
  readonly prefix: number;
}

/** Reads an address or a CIDR range, IPv4 or IPv6. Without a prefix it is that one address. */
export function parseIpRange(text: string): IpRange | undefined {
  const match = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text);
  const host = match?.[1];
  if (host === undefined) return undefined;
  const bits = host.includes(':') ? 128 : 32;
  const address = bits === 32 ? parseV4(host) : parseV6(host);
  const prefix = match?.[2] === undefined ? bits : Number(match[2]);
  if (address === undefined || prefix > bits) return undefined;
  return { bits, address, prefix };
}

/** Whether an address lies in a range. Addresses of the other family never do. */
export function isInRange(range: IpRange, address: IpRange): boolean {
  if (range.bits !== address.bits || address.prefix !== address.bits) return false;
  const shift = BigInt(range.bits - range.prefix);
  return range.address >> shift === address.address >> shift;
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groupsOf);
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? join(head) : undefined;
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  const zeros: bigint[] = Array(8 - head.length - tail.length).fill(0n);
  return join([...head, ...zeros, ...tail]);
}

/** The 16-bit groups of a part of an IPv6 address; the last may be written as IPv4. */
function groupsOf(text: string): bigint[] | undefined {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const v4 = index === parts.length - 1 && part.includes('.') ? parseV4(part) : undefined;
    if (v4 !== undefined) groups.push(v4 >> 16n, v4 & 0xffffn);
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}

function join(groups: readonly bigint[]): bigint {
  return groups.reduce((sum, group) => (sum << 16n) | group, 0n);
}
