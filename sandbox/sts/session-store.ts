import { createHash, timingSafeEqual } from 'node:crypto';
import type { Caller } from '#sandbox/caller.ts';
import { uniqueId } from '#sandbox/iam/unique-id.ts';

/** A role session: what temporary credentials stand for. */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly partition: string;
  readonly account: string;
  readonly roleArn: string;
  readonly roleName: string;
  readonly roleId: string;
  readonly sessionName: string;
  readonly sourceIdentity?: string;
  readonly sessionTags: Readonly<Record<string, string>>;
  /** Keys of the session tags that go on into every session made from this one. */
  readonly transitiveTagKeys: readonly string[];
  /** Documents that narrow what the role may do: the inline session policy and the managed ones. */
  readonly sessionPolicies: readonly string[];
  /** The access key that took the role on, where that was a session itself. */
  readonly takenOnBy?: string;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** What a session begins with; keys and token are made from it. */
export type NewSession = Omit<Session, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>;

/** What an access key and a token are worth. */
export type SessionAnswer =
  | { readonly kind: 'valid'; readonly session: Session }
  | { readonly kind: 'expired'; readonly session: Session }
  /** No such key, or another key's token. */
  | { readonly kind: 'invalid' };

/** How often expired sessions are thrown away: at every so many new ones. */
const SWEEP_EVERY = 256;
/** How long an expired session is remembered, so that its caller is told "expired" and not "unknown". */
const REMEMBER_MS = 24 * 3_600_000;

/** The temporary credentials that STS handed out. */
export class SessionStore {
  readonly #sessions = new Map<string, Session>();
  #issued = 0;

  /** Makes credentials for a session. The same sessions in the same order get the same keys in every run. */
  issue(session: NewSession): Session {
    this.#issued += 1;
    if (this.#issued % SWEEP_EVERY === 0) this.#sweep(session.issuedAt);
    const source = `${session.roleArn} ${session.sessionName} ${session.issuedAt} ${this.#issued}`;
    const issued = {
      ...session,
      accessKeyId: uniqueId('ASIA', source),
      secretAccessKey: digest(`secret ${source}`).slice(0, 40),
      sessionToken: `IQoJ${digest(`token a ${source}`)}${digest(`token b ${source}`)}`,
    };
    this.#sessions.set(issued.accessKeyId, issued);
    return issued;
  }

  /** The session of an access key, if the token belongs to it. Signatures are not checked: the token is the proof. */
  find(accessKeyId: string, sessionToken: string | undefined, now: number): SessionAnswer {
    const session = this.#sessions.get(accessKeyId);
    if (!session || sessionToken === undefined || !isEqual(session.sessionToken, sessionToken)) {
      return { kind: 'invalid' };
    }
    return { kind: session.expiresAt <= now ? 'expired' : 'valid', session };
  }

  /** The session behind a caller, for what the caller itself does not tell (session policies, transitive tags). */
  sessionOf(caller: Caller): Session | undefined {
    return this.#sessions.get(caller.accessKeyId);
  }

  /** The access key at the beginning of a chain of roles: the caller's own, if nobody took its role on with another. */
  originOf(caller: Caller): string {
    let key = caller.accessKeyId;
    for (
      let by = this.#sessions.get(key)?.takenOnBy;
      by !== undefined;
      by = this.#sessions.get(key)?.takenOnBy
    ) {
      key = by;
    }
    return key;
  }

  #sweep(now: number): void {
    for (const [key, session] of this.#sessions) {
      if (session.expiresAt + REMEMBER_MS < now) this.#sessions.delete(key);
    }
  }
}

/** The caller that a session is. */
export function callerOf(session: Session): Caller {
  return {
    kind: 'assumedRole',
    accessKeyId: session.accessKeyId,
    account: session.account,
    roleArn: session.roleArn,
    roleName: session.roleName,
    roleId: session.roleId,
    sessionName: session.sessionName,
    arn: sessionArn(session),
    ...(session.sourceIdentity === undefined ? {} : { sourceIdentity: session.sourceIdentity }),
    sessionTags: session.sessionTags,
    issuedAt: session.issuedAt,
    expiresAt: session.expiresAt,
  };
}

/** `arn:aws:sts::111122223333:assumed-role/name/session`: the role's path is not in it. */
export function sessionArn(
  session: Pick<Session, 'partition' | 'account' | 'roleName' | 'sessionName'>,
): string {
  return `arn:${session.partition}:sts::${session.account}:assumed-role/${session.roleName}/${session.sessionName}`;
}

function digest(text: string): string {
  return createHash('sha512').update(text).digest('base64').replace(/=+$/, '');
}

function isEqual(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
