/** The key that marks Pulumi's special objects on the wire, and the marks (`@pulumi/pulumi/runtime/rpc`). */
const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';
const OUTPUT = 'd0e6a833031e9bbcd3f4e8bde6ca49a4';
const ASSET = 'c44067f5952c0a294b673a41bacd8c17';
const ARCHIVE = '0def7320c3a5731c473e5ecbe6d01bc7';
const RESOURCE = '5cf8f73096256a8f31e491e813e4eb8e';

/** What stands on the wire for a value that is known only after the deployment. */
const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** A file or folder given to a resource. */
export interface FileValue {
  readonly $file: string;
}

/**
 * The wire form of a value as plain JSON: secrets opened, assets and archives as `{ $file }`, references to resources as
 * their ids. Throws on a special object that is not known.
 */
export function plainValue(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plainValue);
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  const members = Object.fromEntries(entries);
  if (typeof members[SIGNATURE] === 'string') return specialValue(members[SIGNATURE], members);
  return Object.fromEntries(entries.map(([key, member]) => [key, plainValue(member)]));
}

/** The plain members of an object on the wire. */
export function plainObject(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return plainValue(value) as Record<string, unknown>;
}

/** Whether a value on the wire, or anything within it, is known only after the deployment. */
export function isUnknown(value: unknown): boolean {
  if (typeof value === 'string') return value === UNKNOWN;
  if (value === null || typeof value !== 'object') return false;
  return Object.values(value).some(isUnknown);
}

/** Without files: what a provider echoes as a resource's state. */
export function withoutFiles(state: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(state).filter(([, value]) => value !== undefined && !isFileValue(value)),
  );
}

function isFileValue(value: unknown): value is FileValue {
  return value !== null && typeof value === 'object' && '$file' in value;
}

function specialValue(mark: string, members: Readonly<Record<string, unknown>>): unknown {
  switch (mark) {
    case SECRET:
    case OUTPUT:
      return plainValue(members['value']);
    case ASSET:
      return { $file: members['path'] ?? members['uri'] ?? members['text'] };
    case ARCHIVE:
      return { $file: members['path'] ?? members['uri'] ?? plainValue(members['assets']) };
    case RESOURCE:
      return members['id'] || members['urn'];
    default:
      throw new Error(`a value of an unknown kind on Pulumi's wire: ${mark}`);
  }
}
