import picocolors from 'picocolors';
import type { CliIo, OutputStream } from '../cli-io.ts';

/** What a piece of text means; never told by its colour alone. */
export type Tone =
  | 'create'
  | 'update'
  | 'delete'
  | 'adopt'
  | 'conflict'
  | 'unknown'
  | 'good'
  | 'strong'
  | 'muted';

/** Characters that not every terminal has. */
export interface Glyphs {
  readonly arrow: string;
  readonly ellipsis: string;
  readonly settling: string;
  readonly atMost: string;
  readonly holds: string;
  readonly broken: string;
  readonly spinner: readonly string[];
}

export const UNICODE: Glyphs = {
  arrow: '→',
  ellipsis: '…',
  settling: '…',
  atMost: '≤',
  holds: '✓',
  broken: '✗',
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
};

export const ASCII: Glyphs = {
  arrow: '->',
  ellipsis: '...',
  settling: '.',
  atMost: '<=',
  holds: 'ok',
  broken: 'x',
  spinner: ['|', '/', '-', '\\'],
};

/** How text looks on one stream. */
export interface Style {
  /** Where lines are wrapped; absent: nowhere. */
  readonly columns?: number | undefined;
  readonly glyphs: Glyphs;
  paint(text: string, tone: Tone | undefined): string;
}

/** The style for a stream: colours and drawn characters only on a terminal that wants them. */
export function styleFor(
  stream: OutputStream,
  io: Pick<CliIo, 'env' | 'platform'>,
  options: { readonly color: boolean },
): Style {
  return {
    columns: stream.isTTY ? Math.max(MIN_COLUMNS, stream.columns ?? DEFAULT_COLUMNS) : undefined,
    glyphs: stream.isTTY && speaksUtf8(io) ? UNICODE : ASCII,
    paint: painter(options.color && wantsColor(stream, io.env)),
  };
}

/** Plain text at a given width, for files and tests. */
export function plainStyle(columns?: number, glyphs: Glyphs = ASCII): Style {
  return { columns, glyphs, paint: (text) => text };
}

/** Narrower than this nothing can be laid out: lines then run over. */
const MIN_COLUMNS = 40;
const DEFAULT_COLUMNS = 80;

/** https://no-color.org, https://force-color.org */
function wantsColor(stream: OutputStream, env: CliIo['env']): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return stream.isTTY && env['TERM'] !== 'dumb';
}

function speaksUtf8({ env, platform }: Pick<CliIo, 'env' | 'platform'>): boolean {
  if (platform === 'win32') return Boolean(env['WT_SESSION'] || env['TERM_PROGRAM'] || env['ConEmuTask']);
  if (env['TERM'] === 'linux' || env['TERM'] === 'dumb') return false;
  return /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '');
}

function painter(enabled: boolean): Style['paint'] {
  const colors = picocolors.createColors(enabled);
  const tones: Readonly<Record<Tone, (text: string) => string>> = {
    create: colors.green,
    update: colors.yellow,
    delete: colors.red,
    adopt: colors.cyan,
    conflict: colors.magenta,
    unknown: colors.yellow,
    good: colors.green,
    strong: colors.bold,
    muted: colors.dim,
  };
  return (text, tone) => (tone === undefined || text === '' ? text : tones[tone](text));
}
