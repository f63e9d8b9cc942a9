import type { Browser } from 'wxt/browser';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createClicksUnderWay, type Click, type ClicksUnderWay } from '../../../lib/background/clicks-under-way.ts';
import type { JobId } from '../../../lib/core/model/job.ts';
import { createUnfinished } from '../../../lib/storage/unfinished.ts';
import { memoryArea, type MemoryArea } from '../storage/memory-area.ts';

const tab = { id: 7, url: 'https://page.example/', title: 'A page' } as Browser.tabs.Tab;
const clickOn = (srcUrl: string): Click => ({
  kind: 'menu',
  info: { menuItemId: 'same', srcUrl, editable: false } as Browser.contextMenus.OnClickData,
  tab,
});
const cat = clickOn('https://h.example/cat.jpg');
const never = (): Promise<never> => new Promise(() => undefined);

let session: MemoryArea;
let notes: MemoryArea;
/** Of whose end it would be told. */
const told = (): JobId[] => [...notes.content.keys()].map((key) => key.replace('unfinished:fetching:', '') as JobId);
/** A background that was just started. */
const woken = (): ClicksUnderWay => createClicksUnderWay(session, createUnfinished(notes));

beforeEach(() => {
  session = memoryArea();
  notes = memoryArea();
});

/** What is noted is there in the next turn. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('a click that is no job yet', () => {
  it('is sent off to be noted before anything is awaited', () => {
    const [set, note] = [vi.spyOn(session, 'set'), vi.spyOn(notes, 'set')];
    void woken().run(cat, never);
    expect(set).toHaveBeenCalledOnce();
    expect(note).toHaveBeenCalledOnce();
  });

  it('is gone on with, under its id, by the next background, and by none once there is a job', async () => {
    void woken().run(cat, never);
    await settle();
    const next = woken();
    const [stopped] = await next.stopped([]);
    if (!stopped) throw new Error('nothing was stopped');
    const [id, click] = stopped;
    expect(click).toEqual(cat);
    expect(told()).toEqual([id]);
    expect(await next.run(click, async (again) => again, id)).toBe(id);
    await settle();
    expect([...session.content.keys()]).toEqual([]);
    // Of its job it is known that it is on its way until it has its bytes.
    expect(told()).toEqual([id]);
  });

  it('is none of those that this background works on itself', async () => {
    const mine = woken();
    void mine.run(cat, never);
    await settle();
    expect(await mine.stopped([])).toEqual([]);
  });

  it('is left alone where its job was written down in the last moment', async () => {
    void woken().run(cat, never);
    await settle();
    expect(await woken().stopped(told())).toEqual([]);
    expect([...session.content.keys()]).toEqual([]);
  });

  it('is gone on with three times, and then told of as lost', async () => {
    void woken().run(cat, never);
    for (let times = 0; times < 3; times++) {
      await settle();
      const next = woken();
      const stopped = await next.stopped([]);
      expect(stopped).toHaveLength(1);
      for (const [id, click] of stopped) void next.run(click, never, id);
    }
    await settle();
    expect(await woken().stopped([])).toEqual([]);
    expect([...session.content.keys()]).toEqual([]);
    expect(told()).toHaveLength(1);
  });

  it('that ends while its note is read is over', async () => {
    const mine = woken();
    let done = (): void => undefined;
    const ended = mine.run(cat, () => new Promise<string>((resolve) => (done = () => resolve('job'))));
    await settle();
    const stopped = mine.stopped([]);
    done();
    await ended;
    expect(await stopped).toEqual([]);
  });

  it('is told of as lost after two minutes', async () => {
    void woken().run(cat, never);
    await settle();
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 121_000);
    expect(await woken().stopped([])).toEqual([]);
    vi.restoreAllMocks();
    expect([...session.content.keys()]).toEqual([]);
    expect(told()).toHaveLength(1);
  });

  it('has nothing of its page noted that is not needed', async () => {
    const info = { ...(cat as Extract<Click, { kind: 'menu' }>).info, selectionText: 'secret' };
    void woken().run({ kind: 'menu', info, tab: { ...tab, favIconUrl: 'data:image/png;base64,AAAA' } }, never);
    await settle();
    expect(JSON.stringify([...session.content.values()])).not.toMatch(/secret|AAAA/);
    void woken().run({ kind: 'look', tab: { ...tab, url: 'data:image/png;base64,AAAA' } }, never);
    await settle();
    expect(session.content.size).toBe(1);
  });

  it('that fails, or comes to nothing, leaves no trace', async () => {
    const mine = woken();
    await expect(mine.run(cat, () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    await mine.run({ kind: 'look', tab }, async () => null);
    await settle();
    expect([...session.content.keys()]).toEqual([]);
    expect(told()).toEqual([]);
  });

  it('has no image in the session’s memory: a data: URL is told of alone', async () => {
    void woken().run(clickOn('data:image/png;base64,AAAA'), never);
    await settle();
    expect([...session.content.keys()]).toEqual([]);
    expect(told()).toHaveLength(1);
  });

  it('goes with everything', async () => {
    void woken().run(cat, never);
    await settle();
    session.content.set('job:1', '{}');
    await woken().forget();
    expect([...session.content.keys()]).toEqual(['job:1']);
  });
});
