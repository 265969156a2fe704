/** What can go wrong around a synthesis. */
export type SynthErrorCode =
  /** The platform that the engine needs cannot be run here (Windows), or the SST CLI is not installed. */
  | 'synth.unsupported'
  /** The npm registry does not answer, and the platform is not prepared yet. */
  | 'synth.registryUnreachable'
  /** SST could not prepare its platform, for another reason. */
  | 'synth.platformFailed'
  /** The app is wrong: SST's own words about it are in the message. */
  | 'synth.appFailed'
  /** The app asked AWS something that the offline stand-in does not answer. */
  | 'synth.unexpectedCall'
  /** The graph holds something that the graph format cannot say. */
  | 'synth.notInFormat'
  /** Another synthesis in this checkout did not end in time. */
  | 'synth.locked'
  | 'synth.stopped';

/** A synthesis that did not succeed; `name` is the code. */
export class SynthError extends Error {
  readonly code: SynthErrorCode;

  constructor(code: SynthErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = code;
  }
}
