/**
 * The one error of this product: a code that says what went wrong, and the figures that its
 * sentence for people needs. The sentences are in `locales/en.yml` under `error.<code>`, and
 * `lib/core/texts/texts.ts` puts the two together; so the core needs no language.
 */

/** Every failure a person can meet. The value lists the parameters of its sentence, in order. */
export const ERROR_PARAMETERS = {
  // What was given is not an image that can be worked on.
  'empty-file': [],
  'not-an-image': [],
  'html-instead': [],
  truncated: [],
  corrupt: [],
  'unsupported-format': ['format'],
  'unsupported-variant': ['format', 'feature'],
  'file-too-large': ['megabytes', 'limit'],
  'too-many-pixels': ['width', 'height', 'limit'],
  'too-much-memory': ['format', 'limit'],
  'too-complex': [],
  'metadata-too-large': ['megabytes', 'limit'],
  // The image could not be reached.
  'http-status': ['status', 'host'],
  'timed-out': ['host', 'seconds'],
  'took-too-long': ['host', 'minutes'],
  'connection-lost': ['host'],
  unreachable: ['host'],
  'needs-permission': ['host'],
  'permission-refused': ['host'],
  'private-choice': [],
  redirected: ['host'],
  'not-shown': ['host'],
  'another-picture': ['host', 'width', 'height', 'shownWidth', 'shownHeight'],
  'private-address': ['host'],
  'not-in-view': [],
  'blob-gone': [],
  'page-blocked': [],
  'file-access': [],
  'file-gone': ['name'],
  // Writing into a folder.
  'file-changed': ['name'],
  'name-taken': ['name'],
  'folder-closed': [],
  'write-failed': ['name'],
  'not-taken-in': [],
  'address-too-long': ['characters'],
  'no-image-in-view': [],
  'frame-closed': ['host'],
  'stand-in': [],
  'drawing-closed': [],
  'drawing-incomplete': ['host'],
  'drawing-unlike': [],
  'no-chosen-file': [],
  'no-upload-field': [],
  'page-not-open': [],
  // The work went wrong.
  'codec-failed': ['format'],
  'codec-hung': ['seconds'],
  'size-not-reached': ['kilobytes', 'reached'],
  'engine-stopped': [],
  'bad-recipe': ['field', 'reason'],
  cancelled: [],
  // Holding and handing over.
  'vault-full': ['megabytes', 'others'],
  'list-full': [],
  'item-gone': [],
  'source-gone': [],
  'download-failed': ['reason'],
  'download-cancelled': [],
  internal: [],
} as const satisfies Record<string, readonly string[]>;

export type ErrorCode = keyof typeof ERROR_PARAMETERS;
export type ErrorParameters<C extends ErrorCode> = Record<(typeof ERROR_PARAMETERS)[C][number], string | number>;

/** What crosses a worker, a message, or `storage`: plain JSON. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly parameters: Readonly<Record<string, string | number>>;
}

export class CompressionError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'CompressionError';
  readonly code: C;
  readonly parameters: Readonly<Record<string, string | number>>;

  constructor(code: C, ...rest: ErrorRest<C>) {
    const [parameters, options] = rest;
    super(code + (parameters && Object.keys(parameters).length ? ` ${JSON.stringify(parameters)}` : ''), options);
    this.code = code;
    this.parameters = parameters ?? {};
  }

  toRecord(): ErrorRecord {
    return { code: this.code, parameters: this.parameters };
  }

  static fromRecord(record: ErrorRecord): CompressionError {
    return Reflect.construct(CompressionError, [record.code, record.parameters]) as CompressionError;
  }

  /**
   * Whatever was thrown, as a CompressionError: emscripten throws `ExitStatus` objects and numbers, not Errors. Its own text
   * is the cause, for whoever looks for the fault, and never a parameter: those are shown to people.
   */
  static from(
    thrown: unknown,
    otherwise: ErrorCode = 'internal',
    parameters?: Record<string, string | number>,
  ): CompressionError {
    if (thrown instanceof CompressionError) return thrown;
    return Reflect.construct(CompressionError, [otherwise, parameters ?? {}, { cause: thrown }]) as CompressionError;
  }
}

type ErrorRest<C extends ErrorCode> = (typeof ERROR_PARAMETERS)[C] extends readonly []
  ? [parameters?: Record<string, never> | undefined, options?: ErrorOptions]
  : [parameters: ErrorParameters<C>, options?: ErrorOptions];
