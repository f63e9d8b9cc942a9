/**
 * Where a search for a look begins. A draft, which the same encoder writes at less cost, tells its quality for nine pictures in
 * ten; without one a sample does, where it is small beside the picture; else how hard the picture is for another encoder.
 */
import type { Draft, OptionValues, QualitySearch } from '../codecs/codec.ts';
import { draftPointAt, nearestSetting } from '../codecs/codec.ts';
import type { Size } from '../pixels/resize.ts';
import { difficultyOf, firstSetting } from './first-guess.ts';
import { probed, slopeAt, tried, type LookRequest, type LookResult } from './look-trials.ts';
import { lookOfSample, settingOf } from './sample-curve.ts';
import { clamp, type LookSearch } from './search-look.ts';
import type { LookSubject } from './subject.ts';

/** On a sample, where another try is cheap. */
const NEAR = 1;
const MOST_ON_SAMPLE = 2;
/** Pixels of the whole to one of a sample from which tries on it cost little beside one of the whole. */
const CHEAP_SAMPLE = 8;

/** Where the search on the whole begins: a setting, and the look that one more brings about there. */
export type SearchStart = Pick<LookSearch, 'guess' | 'slope' | 'hints'>;

/**
 * @param mayGiveUp whether there are other options, by which what is far from the look is not
 * @returns a result where what was tried shows that none can be of use; null where it is given up
 */
export async function startOf(
  subject: LookSubject,
  request: LookRequest,
  search: QualitySearch,
  options: OptionValues,
  mayGiveUp: boolean,
): Promise<SearchStart | LookResult | null> {
  if (search.draft) return fromDraft(subject, request, search, options, search.draft, mayGiveUp);
  if (subject.sample && pixelsIn(subject.pixels) >= CHEAP_SAMPLE * pixelsIn(subject.sample))
    return fromSample(subject, request, search, options);
  const difficulty = await difficultyOf(subject.pixels, request.load);
  return { guess: firstSetting(search, request.look, difficulty), slope: slopeAt(search, request.look + difficulty) };
}

/** Points from the look beyond which a draft says too little of the quality that has it: then there is another. */
const FAR = 12;
/** Drafts are larger than what is encoded with care, by less than this share. */
const DRAFT_BYTES = 1.2;
/** Points below the look from which more of them surely cost more bytes, draft or not. */
const HOPELESS = 3.5;

/** Points below the look at which halved colours are the cause: that many more cost less with whole ones. */
const COLOURS_LOST = 25;
/** The best that a second draft is tried at: what is larger is slow, and bends the line that is drawn through it. */
const MOST_OF_DRAFT = 92;

/** @returns the draft itself where it shows that the result can be of no use. */
async function fromDraft(
  subject: LookSubject,
  request: LookRequest,
  search: QualitySearch,
  options: OptionValues,
  draft: Draft,
  mayGiveUp: boolean,
): Promise<SearchStart | LookResult | null> {
  const { look, worthBelow } = request;
  const [first, perPoint, added, bend] = draftPointAt(draft, look);
  const setting = (quality: number): number => nearestSetting(search, quality);
  const whole = await subject.onWhole();
  const triedAt = (at: number): Promise<LookResult> =>
    tried(whole, { ...options, ...draft.options, ...request.set, quality: search.qualities[at] ?? 0 }, request);
  const at = setting(first);
  const one = await triedAt(at);
  // More look costs more bytes still.
  const isHopeless = one.look < look - HOPELESS;
  if (isHopeless && worthBelow && one.bytes.length >= (await worthBelow()) * DRAFT_BYTES) return one;
  const short = look - one.look;
  if (mayGiveUp && short > COLOURS_LOST) return null;
  const slope = 1 / Math.max(perPoint / 3, perPoint + 2 * bend * clamp(short, -FAR, FAR));
  const guess = first + short * perPoint + bend * Math.min(short ** 2, FAR ** 2);
  const other = setting(Math.min(guess, Math.max(first, MOST_OF_DRAFT)));
  const hint = { setting: setting(first + added), look: one.look };
  if (Math.abs(short) <= FAR || other === at) return { guess: setting(guess + added), slope, hints: [hint] };
  const two = await triedAt(other);
  const measured = (two.look - one.look) / (other - at);
  const local = clamp(measured, slope / 3, slope * 3);
  return {
    guess: clamp(Math.round(other + added + (look - two.look) / local), 0, search.qualities.length - 1),
    slope: local,
    hints: [hint, { setting: Math.round(other + added), look: two.look }],
  };
}

async function fromSample(
  subject: LookSubject,
  request: LookRequest,
  search: QualitySearch,
  options: OptionValues,
): Promise<SearchStart> {
  const look = lookOfSample(request.format, request.look);
  const { probes } = (
    await probed(await subject.onSample(), request, search, options, {
      look,
      below: NEAR,
      above: NEAR,
      most: MOST_ON_SAMPLE,
      worthBelow: () => Infinity,
    })
  ).found;
  const { setting, slope } = settingOf(probes, look, slopeAt(search, look));
  return { guess: setting, slope };
}

function pixelsIn({ width, height }: Size): number {
  return width * height;
}
