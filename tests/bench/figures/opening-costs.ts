/** Where the time of a popup's opening goes: what its main thread does from the navigation to the end of the first frame with rows. */
import type { Browser } from '../../driver/index.ts';
import { traced, type TraceEvent } from './trace.ts';

/** ms of processor time, which other work on the machine changes least, but for the two that say otherwise. */
export interface OpeningCosts {
  /** By the clock, with the trace running. */
  readonly 'until shown, by the clock': number;
  readonly 'with its frame': number;
  /** Running modules, and drawing: what it asks to be styled and laid out is not in it. */
  readonly script: number;
  readonly 'styles and layout': number;
  readonly painting: number;
  /** Of garbage. */
  readonly collecting: number;
  /** Navigation, documents, requests. */
  readonly 'the rest': number;
  /** The longest task of its main thread, until a second after it was shown. */
  readonly 'longest task': number;
  readonly 'longest task, by the clock': number;
}

const SCRIPT = /^(v8\.|V8\.(?!GC)|EvaluateScript|FunctionCall|TimerFire|FireAnimationFrame|EventDispatch)/;
const STYLES = /^(UpdateLayoutTree|Layout|ParseAuthorStyleSheet|InvalidateLayout|ScheduleStyleRecalculation)/;
const PAINTING = /^(PrePaint|Paint|Layerize|Commit|UpdateLayer|CompositeLayers)/;
const COLLECTING = /^(MinorGC|MajorGC|V8\.GC)/;

/** @param open opens the popup and waits until it is shown, and a second more */
export async function openingCosts(browser: Browser, open: () => Promise<void>): Promise<OpeningCosts> {
  const events = await traced(browser, open);
  const shown = events.findLast(({ name }) => name === 'panel-shown');
  if (!shown) throw new Error('the trace has no mark of the first frame with rows');
  const isOnThread = ({ pid, tid }: TraceEvent): boolean => pid === shown.pid && tid === shown.tid;
  const began = events.findLast(
    (event) => event.name === 'navigationStart' && isOnThread(event) && event.ts <= shown.ts && isOfPopup(event),
  );
  if (!began) throw new Error('the trace has no navigation of the popup');
  const mine = events.filter((event) => isOnThread(event) && event.dur !== undefined && event.ts >= began.ts);
  const tasks = mine.filter(({ name }) => name === 'RunTask');
  const frame = tasks.find(({ ts, dur = 0 }) => ts <= shown.ts && ts + dur >= shown.ts) ?? shown;
  const end = frame.ts + (frame.dur ?? 0);
  const before = ownTimes(mine.filter(({ ts }) => ts < end));
  const of = (pattern: RegExp): number => sum(before.filter(({ name }) => pattern.test(name)).map(({ own }) => own));
  const [all, script, styles, painting, collecting] = [/./, SCRIPT, STYLES, PAINTING, COLLECTING].map(of) as Five;
  return {
    'until shown, by the clock': (shown.ts - began.ts) / 1000,
    'with its frame': all,
    script,
    'styles and layout': styles,
    painting,
    collecting,
    'the rest': all - script - styles - painting - collecting,
    'longest task': Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000,
    'longest task, by the clock': Math.max(...tasks.map(({ dur = 0 }) => dur)) / 1000,
  };
}

type Five = [number, number, number, number, number];

const isOfPopup = ({ args }: TraceEvent): boolean => (args?.data?.documentLoaderURL ?? '').endsWith('/popup.html');

/** ms of processor time of each event without that of the events within it. */
function ownTimes(events: readonly TraceEvent[]): { readonly name: string; readonly own: number }[] {
  const sorted = events.toSorted((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const within: { readonly end: number; readonly time: { name: string; own: number } }[] = [];
  return sorted.map(({ name, ts, dur = 0, tdur = 0 }) => {
    while (within.length > 0 && (within.at(-1)?.end ?? 0) <= ts) within.pop();
    const around = within.at(-1);
    if (around) around.time.own -= tdur / 1000;
    // What a promise calls has no event of its own, and is the task's: the drawing is among it.
    if (within[0] && SCRIPT.test(name)) within[0].time.name = 'v8.task';
    const time = { name, own: tdur / 1000 };
    within.push({ end: ts + dur, time });
    return time;
  });
}

const sum = (figures: readonly number[]): number => figures.reduce((all, each) => all + each, 0);
