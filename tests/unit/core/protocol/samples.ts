/** One of each message, as it is sent; none of them names a job that there is. */
import { newJobId, newViewId } from '../../../../lib/core/model/job.ts';
import { DEFAULT_RECIPE } from '../../../../lib/core/model/recipe.ts';
import type { MessageData, MessageType } from '../../../../lib/core/protocol/messages.ts';

export const id = newJobId();
const view = newViewId();
const source = { format: 'jpeg', bytes: 3, width: 1, height: 1, traits: [{ code: 'gps' }] } as const;
const receipt = {
  input: source,
  output: { format: 'webp', bytes: 2, width: 1, height: 1 },
  outcome: 'smaller',
  milliseconds: 12.5,
  codec: { format: 'webp', encoder: 'libwebp', options: { quality: 75, lossless: false } },
  notes: [{ kind: 'lost', code: 'metadata-removed', parameters: { kinds: 'gps' } }],
} as const;
const image = { url: 'https://h.example/a', frameUrl: 'https://h.example/', inPage: true, access: 'tab' } as const;
const preview = { id, view, recipe: DEFAULT_RECIPE };
export const start = {
  id,
  origin: { kind: 'file', name: 'a.jpg', folder: '' },
  recipe: DEFAULT_RECIPE,
  delivery: 'hold',
  name: 'a.jpg',
  createdAt: 1.5,
  view: 'a lock',
  error: null,
} as const;

/** One of each, as it is sent. */
export const SAMPLES: { readonly [K in MessageType]: MessageData<K> } = {
  vaultKey: undefined,
  retentionSettings: undefined,
  engineEvents: {
    events: [
      { id, attempt: 1, kind: 'acquiring' },
      { id, attempt: 1, kind: 'inspected', source },
      { id, attempt: 1, kind: 'started', source },
      { id, attempt: 2, kind: 'done', receipt, contentDisposition: null },
      { id, attempt: 2, kind: 'done', receipt, contentDisposition: null, url: `blob:chrome-extension://abc/${id}` },
      {
        id,
        attempt: 1,
        kind: 'failed',
        error: { code: 'http-status', parameters: { status: 404, host: 'h' } },
        source: null,
      },
    ],
  },
  readInPage: {
    id,
    by: 'page',
    reading: 'r',
    cache: 'force-cache',
    credentials: 'same-origin',
    accept: 'image/*',
    pace: { silence: 1, leastBytes: 1 },
  },
  measureInPage: { id },
  stopReadingInPage: { id },
  addRequestRule: { id },
  removeRequestRule: { rule: 1 },
  engineIdle: undefined,
  startJobs: {
    jobs: [
      start,
      {
        ...start,
        view: null,
        origin: { kind: 'url', url: 'https://h.example/a' },
        error: { code: 'file-gone', parameters: { name: 'a' } },
      },
    ],
  },
  listPage: { tabId: 3 },
  thumbnail: { tabId: 1, image: { frameId: 0, frameUrl: '', reference: 1, url: '' } },
  compressListed: {
    tabId: 3,
    images: [{ frameId: 0, frameUrl: 'https://h.example/', reference: 2, url: '' }],
    recipe: DEFAULT_RECIPE,
  },
  saveJob: { id },
  showSaved: { id },
  undoSaved: { id },
  resultsWritten: { jobs: [{ id, fileName: 'a.jpg' }] },
  saveJobs: { jobs: [{ id, fileName: 'folder/a.jpg' }] },
  retryJob: { id, attempt: 1, recipe: DEFAULT_RECIPE },
  cancelJob: { id },
  renameJob: { id, stem: 'beach' },
  dismissJobs: { ids: [id] },
  purgeItem: { id: `${id}:source` },
  purgeAll: undefined,
  deleteEverything: undefined,
  ensureEngine: undefined,
  applyPreview: { ...preview, receipt },
  closePreview: { id, view },
  saveAsShown: { id },
  allowAndRetry: { id, url: 'https://h.example/a.jpg' },
  allowAllAndRetry: { id },
  allowAndLook: { tabId: 3, url: 'https://frames.example/' },
  imagePicked: {
    token: 'a token',
    tabId: 3,
    frameId: 0,
    pick: { reference: 4, largest: false, frameUrl: 'https://h.example/' },
  },
  useInPage: { id, tabId: 3 },
  uploadsHeld: undefined,
  watchUploads: { tabId: 3, url: 'https://h.example/' },
  unwatchUploads: { tabId: 3, url: 'https://h.example/' },
  undoUpload: { tabId: 3, frameId: 0, reference: 1 },
  compareSaved: { id },
  saveAs: { id, format: 'avif' },
  toastLost: { tabId: 3, sentence: 'a.jpg', tone: 'done' },
  runJobs: { jobs: [{ id, attempt: 1, recipe: DEFAULT_RECIPE, steps: true, image, view: null }] },
  cancelRuns: { ids: [id] },
  runningJobs: undefined,
  openResult: { id },
  closeResults: { ids: [id] },
  clickLink: { url: `blob:chrome-extension://abc/${id}`, fileName: 'a.jpg' },
  previewJob: preview,
  displayPart: { id, view, of: 'tried' },
  cancelPreview: { view },
};
