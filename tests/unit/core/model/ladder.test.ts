import { describe, expect, it } from 'vitest';
import { CompressionError, type ErrorCode } from '../../../../lib/core/errors.ts';
import {
  isShownPicture,
  nextRung,
  NOTHING_SEEN,
  whyNotReached,
  type Failure,
  type ReachableImage,
  type RungName,
  type Seen,
  type Shown,
} from '../../../../lib/core/model/ladder.ts';

const PAGE = 'https://page.example/a';
const own: ReachableImage = { url: 'https://page.example/i.jpg', frameUrl: PAGE, inPage: true, access: 'tab' };
const elsewhere: ReachableImage = { ...own, url: 'https://cdn.example/i.jpg', access: 'none' };
const allowed: ReachableImage = { ...elsewhere, access: 'host' };
const SHOWN: Shown = { width: 604, height: 400 };

const error = (code: ErrorCode): CompressionError =>
  CompressionError.fromRecord({ code, parameters: { host: 'cdn.example', status: 403 } });

/** Climbs with the same failure on each rung, and with those of `own` on the rungs that it names. */
function climb(
  image: ReachableImage,
  otherwise: ErrorCode,
  special: Partial<Record<RungName, ErrorCode>> = {},
  seen: Seen = NOTHING_SEEN,
): Failure[] {
  const failures: Failure[] = [];
  for (let rung = nextRung(image, failures, seen); rung; rung = nextRung(image, failures, seen)) {
    failures.push({ rung: rung.name, error: error(special[rung.name] ?? otherwise) });
  }
  return failures;
}
const names = (failures: readonly Failure[]): RungName[] => failures.map(({ rung }) => rung);

describe('the ladder', () => {
  it.each<[string, ReachableImage, ErrorCode, RungName[]]>([
    ['the page’s own host', own, 'http-status', ['page', 'cookies']],
    ['the page’s own host that sends on', own, 'unreachable', ['page', 'cookies', 'bare']],
    // One request at most beyond the cache, and none that tells of the extension.
    ['another host that lets nobody read', elsewhere, 'unreachable', ['page', 'page-anew']],
    ['another host that refuses in words', elsewhere, 'http-status', ['page', 'page-cookies']],
    ['another host that was allowed', allowed, 'http-status', ['page', 'as-page', 'cookies']],
    ['another host that was allowed and sends on', allowed, 'unreachable', ['page', 'as-page', 'bare']],
    ['a page that lets no script in', elsewhere, 'page-blocked', ['page', 'bare']],
    ['no page at all', { ...elsewhere, inPage: false, frameUrl: '' }, 'unreachable', ['bare']],
    ['no page at all, allowed', { ...allowed, inPage: false, frameUrl: '' }, 'http-status', ['cookies']],
    ['a blob', { ...own, url: `blob:${PAGE}` }, 'blob-gone', ['page']],
    ['this machine, from elsewhere', { ...allowed, url: 'http://127.0.0.1/i.jpg' }, 'unreachable', ['page']],
    [
      'this machine, from this machine',
      { ...allowed, url: 'http://127.0.0.1/i.jpg', frameUrl: 'http://localhost/' },
      'http-status',
      ['page', 'as-page', 'cookies'],
    ],
  ])('of %s', (_what, image, code, rungs) => expect(names(climb(image, code))).toEqual(rungs));

  it('asks through the page’s service worker where there is one', () => {
    expect(names(climb(own, 'not-an-image', {}, { ...NOTHING_SEEN, worker: true }))).toEqual([
      'page',
      'page-worker',
      'cookies',
    ]);
  });

  it.each<ErrorCode>(['cancelled', 'timed-out', 'took-too-long', 'file-too-large', 'unsupported-format'])(
    'ends with %s, whatever is left',
    (code) => {
      const failures = climb(allowed, code);
      expect(failures).toHaveLength(1);
      expect(whyNotReached(allowed, failures, SHOWN).code).toBe(code);
    },
  );

  it('goes on after what is no image', () => {
    for (const code of ['html-instead', 'not-an-image', 'empty-file', 'another-picture', 'corrupt'] as const)
      expect(names(climb(allowed, code))).toEqual(['page', 'as-page', 'cookies']);
  });
});

describe('the reason that is told', () => {
  const why = (
    image: ReachableImage,
    otherwise: ErrorCode,
    shown: Shown,
    special: Partial<Record<RungName, ErrorCode>> = {},
  ): ErrorCode => whyNotReached(image, climb(image, otherwise, special), shown).code;

  it('is a permission only where one can help', () => {
    expect(why(elsewhere, 'unreachable', SHOWN)).toBe('needs-permission');
    expect(why(elsewhere, 'unreachable', 'unknown')).toBe('needs-permission');
    expect(why(elsewhere, 'page-blocked', 'unknown')).toBe('needs-permission');
    // What the page can't show either, no permission brings.
    expect(why(elsewhere, 'unreachable', 'broken')).toBe('not-shown');
    expect(why(elsewhere, 'connection-lost', 'broken')).toBe('connection-lost');
    // The host answered in words.
    expect(why(elsewhere, 'http-status', SHOWN)).toBe('http-status');
    expect(why(allowed, 'unreachable', 'unknown')).toBe('unreachable');
  });

  it('is a redirect where the page shows what the first host was allowed to be asked for', () => {
    expect(why(own, 'unreachable', SHOWN)).toBe('redirected');
    expect(why(allowed, 'unreachable', SHOWN)).toBe('redirected');
    expect(why(own, 'unreachable', 'unknown')).toBe('unreachable');
  });

  it('is the one that tells most', () => {
    expect(why(allowed, 'http-status', SHOWN, { page: 'unreachable' })).toBe('http-status');
    expect(why(allowed, 'http-status', SHOWN, { 'as-page': 'another-picture' })).toBe('another-picture');
    expect(why(allowed, 'html-instead', SHOWN, { cookies: 'empty-file' })).toBe('html-instead');
    expect(why(own, 'connection-lost', SHOWN)).toBe('connection-lost');
  });

  it('is a frame’s own host where a blob is in a frame that lets no script in', () => {
    const blob: ReachableImage = {
      ...elsewhere,
      url: 'blob:https://frame.example/1',
      frameUrl: 'https://frame.example/',
    };
    const reason = whyNotReached(blob, climb(blob, 'page-blocked'), 'unknown');
    expect(reason.toRecord()).toEqual({ code: 'needs-permission', parameters: { host: 'frame.example' } });
    expect(why(blob, 'blob-gone', 'unknown')).toBe('blob-gone');
  });

  it('is the person’s leave where a page that is a file shows one, and never more than that', () => {
    const file: ReachableImage = { ...elsewhere, url: 'file:///home/a.jpg', frameUrl: 'file:///home/p.html' };
    expect(names(climb(file, 'unreachable'))).toEqual(['page']);
    const reason = whyNotReached(file, climb(file, 'unreachable'), SHOWN);
    expect(reason.toRecord()).toEqual({ code: 'needs-permission', parameters: { host: 'file://' } });
    const open: ReachableImage = { ...file, access: 'host' };
    expect(names(climb(open, 'unreachable'))).toEqual(['page', 'file']);
    expect(why(open, 'unreachable', SHOWN)).toBe('unreachable');
    // A page of a site names files of the machine in vain.
    expect(names(climb({ ...open, frameUrl: PAGE }, 'unreachable'))).toEqual(['page']);
    expect(why({ ...open, frameUrl: PAGE }, 'unreachable', 'unknown')).toBe('page-blocked');
  });

  it('is the browser where the image is of no scheme that can be asked', () => {
    const other: ReachableImage = { ...elsewhere, url: 'chrome://theme/a.png' };
    expect(names(climb(other, 'unreachable'))).toEqual([]);
    expect(why(other, 'unreachable', 'unknown')).toBe('page-blocked');
  });

  it('is the private network where the page is not in it', () => {
    expect(why({ ...allowed, url: 'http://192.168.1.1/i.jpg' }, 'unreachable', SHOWN)).toBe('private-address');
  });
});

describe('the picture that is shown', () => {
  const of = (width: number, height: number, orientation: 1 | 6 = 1, format: 'jpeg' | 'svg' | 'ico' = 'jpeg') => ({
    format,
    width,
    height,
    orientation,
  });
  it('has its size, once turned upright', () => {
    expect(isShownPicture(of(604, 400), SHOWN)).toBe(true);
    expect(isShownPicture(of(400, 604, 6), SHOWN)).toBe(true);
    expect(isShownPicture(of(99, 60), SHOWN)).toBe(false);
    expect(isShownPicture(of(1208, 800), SHOWN)).toBe(false);
  });
  it('is any where nothing is known, and for drawings and icons', () => {
    expect(isShownPicture(of(99, 60), 'unknown')).toBe(true);
    expect(isShownPicture(of(99, 60, 1, 'svg'), SHOWN)).toBe(true);
    expect(isShownPicture(of(16, 16, 1, 'ico'), SHOWN)).toBe(true);
  });
});
