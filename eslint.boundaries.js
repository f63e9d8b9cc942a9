/**
 * Who may import whom, as one table: `entrypoints -> {background, engine, page, components} -> {storage, platform} -> core`.
 * The four in braces speak with each other by `core/protocol` alone. Within `core`, a folder imports only those above it.
 */

/** The folders (and one file) of `lib/core`, from the ground up. */
const CORE = [
  'errors',
  'bytes',
  'image',
  'codecs',
  'model',
  'colour',
  'jpeg',
  'pixels',
  'decoders',
  'animation',
  'look',
  'pipeline',
  'protocol',
  'naming',
  'texts',
];
const CONTEXTS = ['background', 'engine', 'page', 'components'];
const FLOORS = ['storage', 'platform'];

const core = (name) => `core-${name}`;
const ALL_CORE = CORE.map(core);

/** Elements are folders; the file `errors.ts` is what lies in `lib/core` itself. The first that fits counts. */
export const elements = [
  ...CORE.filter((name) => name !== 'errors').map((name) => ({ type: core(name), pattern: `lib/core/${name}/**` })),
  { type: core('errors'), pattern: 'lib/core' },
  ...[...FLOORS, 'background', 'engine', 'page'].map((name) => ({ type: name, pattern: `lib/${name}/**` })),
  { type: 'components', pattern: 'components/**' },
  { type: 'entrypoints', pattern: 'entrypoints/**' },
].map((element) => ({ ...element, partialMatch: false }));

/** From each kind of file to the kinds that it may import, besides its own. */
export const allowed = {
  ...Object.fromEntries(CORE.map((name, at) => [core(name), CORE.slice(0, at).map(core)])),
  ...Object.fromEntries(FLOORS.map((name) => [name, ALL_CORE])),
  ...Object.fromEntries(
    CONTEXTS.map((name) => [name, name === 'page' ? [core('protocol')] : [...ALL_CORE, ...FLOORS]]),
  ),
  entrypoints: [...ALL_CORE, ...FLOORS, ...CONTEXTS],
};
