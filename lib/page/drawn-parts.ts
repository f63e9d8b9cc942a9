/** What a drawing refers to elsewhere: symbols, gradients, filters, images and fonts come into the copy that is made of it. */
import { base64 } from './base64.ts';
import type { DrawnStyle, Inherited, OnCopy } from './drawn-style.ts';
import { openSprites, withheldFrom } from './sprite-files.ts';
import { Undrawable } from './undrawable.ts';

export type CopyDrawing = (svg: SVGSVGElement) => Promise<SVGSVGElement>;

/** More instances of symbols than any drawing has; each may have styles of its own. */
const MOST_INSTANCES = 5000;

/** Attributes whose `url(...#id)` is an element, not an image. */
const REFERRING = /^(?:fill|stroke|clip-path|mask|filter|marker-(?:start|mid|end))$/;
const URL_TOKEN = /url\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^"')]*))\s*\)/gs;
const CSS_ESCAPE = /\\(?:((?:10|0?[\da-f])?[\da-f]{1,4})\s?|(.))/gis;

interface Use {
  readonly original: Element;
  readonly context: Inherited;
  /** Targets that it stands in: one of them again would be endless, and browsers draw nothing then. */
  readonly within: readonly Element[];
}

/** A copied element with what is in it, and whence its references go. */
interface Tree {
  readonly copy: Element;
  readonly root: Document | ShadowRoot;
}

/** @throws Undrawable; any other error where an image is another site's, which it lets nobody read */
export async function copyWithParts(svg: SVGSVGElement, style: DrawnStyle): Promise<SVGSVGElement> {
  const { ownerDocument: document } = svg;
  const sprites = openSprites(document);
  try {
    const copy = await createCopy(svg, sprites, style);
    style.withoutTextStyles(copy);
    return copy;
  } finally {
    sprites.close();
  }
}

async function createCopy(
  svg: SVGSVGElement,
  sprites: ReturnType<typeof openSprites>,
  { handedDown, inheritedFrom, styledCopy }: DrawnStyle,
): Promise<SVGSVGElement> {
  const { ownerDocument: document } = svg;
  const uses = new Map<Element, Use>();
  const sources = new Map<Element, string>();
  const watch =
    (within: readonly Element[]): OnCopy =>
    (original, copy) => {
      if (original.localName === 'use') uses.set(copy, { original, context: handedDown(original), within });
      const withheld = withheldFrom(copy);
      if (original.localName === 'img') sources.set(copy, withheld || (original as HTMLImageElement).currentSrc);
      else if (withheld !== '' && !copy.hasAttribute('href')) copy.setAttribute('href', withheld);
      // What they show is no part of the document's text.
      if (['canvas', 'video', 'iframe', 'object', 'embed'].includes(original.localName))
        throw new Undrawable('drawing-unlike');
    };
  const missing = (url: string): Undrawable => new Undrawable('drawing-incomplete', new URL(url).host);

  const copy = styledCopy(svg, watch([])) as SVGSVGElement;
  const above = inheritedFrom(getComputedStyle(svg));
  const defs = document.createElementNS('http://www.w3.org/2000/svg', 'defs');
  const ids = new Set([...copy.querySelectorAll('[id]')].map(({ id }) => id));
  const plain = new Map<Element, string>();
  const instances = new Map<Element, Map<string, string>>();
  const trees: Tree[] = [{ copy, root: svg.getRootNode() as Document | ShadowRoot }];
  let instanceCount = 0;
  let lost = '';

  function add(part: Element, target: Element): string {
    for (const element of part.querySelectorAll('[id]')) element.removeAttribute('id');
    let id = target.id;
    for (let at = 2; ids.has(id); at++) id = `${target.id}-${at}`;
    ids.add(id);
    part.id = id;
    defs.append(part);
    trees.push({ copy: part, root: target.getRootNode() as Document | ShadowRoot });
    return id;
  }

  /** Its own ancestors style it, wherever it is referred to. */
  function partOf(target: Element): string {
    // A browser knows nothing of what is in a drawing that is not displayed.
    if (svg.contains(target) || !isLaidOut(target)) return target.id;
    const known = plain.get(target) ?? add(styledCopy(target, watch([]), above), target);
    plain.set(target, known);
    return known;
  }

  function isLaidOut(target: Element): boolean {
    if (sprites.has(target.getRootNode())) return true;
    for (let each: Element | null = target; each; each = each.parentElement)
      if (getComputedStyle(each).display === 'none') return false;
    return true;
  }

  /** An instance inherits from its `<use>`, not from where its target stands (SVG 2, 5.6.3). */
  function instanceOf(target: Element, { context, within }: Use): string | null {
    if (within.includes(target)) return null;
    const parent = target.parentElement;
    if (svg.contains(target) && parent && isSame(context, handedDown(parent))) return target.id;
    const key = [...context].join('\n');
    const known = instances.get(target) ?? new Map<string, string>();
    instances.set(target, known);
    let id = known.get(key);
    if (id === undefined) {
      if (++instanceCount > MOST_INSTANCES) throw new Undrawable('drawing-unlike');
      const part = under(target, context, handedDown, () => styledCopy(target, watch([...within, target]), context));
      id = add(part, target);
      known.set(key, id);
    }
    return id;
  }

  /** Null where nothing is. */
  async function find(reference: string, root: Document | ShadowRoot): Promise<Element | null> {
    const { url, id } = addressed(reference, sprites.baseOf(root), root);
    if (url === '') return root.getElementById(id);
    return (await sprites.open(url))?.getElementById(id) ?? null;
  }

  async function bringUse(use: Element, root: Document | ShadowRoot): Promise<void> {
    const known = uses.get(use);
    const name = use.hasAttribute('href') ? 'href' : 'xlink:href';
    const reference = use.getAttribute(name) ?? '';
    if (!known) return;
    const { url } = addressed(reference, sprites.baseOf(root), root);
    const shows = !svg.contains(known.original) || hasBox(known.original as SVGGraphicsElement);
    const target = shows && reference !== '' ? await find(reference, root) : null;
    if (!target && url !== '') lost = url;
    if (!target && url !== '' && shows) throw missing(url);
    const id = target && instanceOf(target, known);
    if (id === null) use.remove();
    else use.setAttribute(name, `#${id}`);
  }

  async function bringUrls(text: string, isReference: boolean, root: Document | ShadowRoot): Promise<string> {
    let result = '';
    let at = 0;
    for (const { 0: whole, 1: double, 2: single, 3: bare, index } of text.matchAll(URL_TOKEN)) {
      const reference = unescaped(double ?? single ?? bare ?? '').trim();
      const { url, id } = addressed(reference, sprites.baseOf(root), root);
      result += text.slice(at, index);
      at = index + whole.length;
      if (id !== '' && (url === '' || (isReference && !url.startsWith('data:')))) {
        const target = await find(reference, root);
        if (!target && url !== '' && new URL(url).origin === location.origin) throw missing(url);
        result += urlToken(`#${target ? partOf(target) : id}`);
      } else result += urlToken((await asData(url)) + (id && `#${id}`));
    }
    return result + text.slice(at);
  }

  for (let tree = trees.shift(); tree; tree = trees.shift()) {
    const { root } = tree;
    for (const element of [tree.copy, ...tree.copy.querySelectorAll('*')]) {
      for (const { name, value } of [...element.attributes]) {
        if (value.includes('url(')) {
          const text = await bringUrls(value, REFERRING.test(name), root);
          if (text !== value) element.setAttribute(name, text);
        }
        if (name !== 'href' && name !== 'xlink:href') continue;
        const { url, id } = addressed(value, sprites.baseOf(root), root);
        if (element.localName === 'use') await bringUse(element, root);
        else if (element.localName === 'a') {
          if (URL.canParse(value, sprites.baseOf(root)))
            element.setAttribute(name, new URL(value, sprites.baseOf(root)).href);
        } else if (url !== '' && /^(?:image|feImage)$/.test(element.localName))
          element.setAttribute(name, (await asData(url)) + (id && `#${id}`));
        else if (!/^(?:animate|set)/.test(element.localName)) {
          const target = await find(value, root);
          if (target) element.setAttribute(name, `#${partOf(target)}`);
        }
      }
      const source = sources.get(element);
      if (source === undefined) continue;
      for (const name of ['srcset', 'sizes', 'loading']) element.removeAttribute(name);
      element.setAttribute('src', await asData(source));
    }
  }
  if (lost !== '' && !copy.querySelector(DRAWN)) throw missing(lost);
  if (defs.childElementCount > 0) copy.prepend(defs);
  return copy;
}

const DRAWN = 'path,rect,circle,ellipse,line,polyline,polygon,text,image,use,foreignObject';

function isSame(one: Inherited, other: Inherited): boolean {
  return one.size === other.size && [...one].every(([name, value]) => other.get(name) === value);
}

function hasBox(use: SVGGraphicsElement): boolean {
  try {
    const { width, height } = use.getBBox();
    return width > 0 || height > 0;
  } catch {
    return false;
  }
}

const unescaped = (css: string): string =>
  css.replace(CSS_ESCAPE, (_, hex?: string, other?: string) =>
    hex === undefined ? (other ?? '') : String.fromCodePoint(Number.parseInt(hex, 16)),
  );

/** In quotes only where it must be: older readers of SVG know none there. */
function urlToken(address: string): string {
  return /[\s"'()\\]/.test(address)
    ? `url("${address.replace(/["\\\n\r\f]/g, encodeURIComponent)}")`
    : `url(${address})`;
}

/** @returns `url` '' for what is in the same document, both '' for what is no address: nothing is shown for it */
function addressed(reference: string, base: string, root: Node): { readonly url: string; readonly id: string } {
  const [path = '', id = ''] = reference.split(/#(.*)/s);
  if (path === '') return { url: '', id };
  if (!URL.canParse(path, base)) return { url: '', id: '' };
  const { href } = new URL(path, base);
  const own = root.ownerDocument ?? (root as Document);
  return { url: href === own.URL.replace(/#.*$/s, '') ? '' : href, id };
}

/** From the browser's cache, as the page asked for it. */
async function asData(url: string): Promise<string> {
  if (!URL.canParse(url) || /^data:/i.test(url)) return url;
  const answer = await fetch(url, { cache: 'force-cache', credentials: 'same-origin' });
  if (!answer.ok) throw new Error(String(answer.status));
  const blob = await answer.blob();
  return `data:${blob.type};base64,${await base64(new Uint8Array(await blob.arrayBuffer()))}`;
}

/**
 * Reads styles as they are where `target` inherits other values. No page's script sees a frame of it; to its observers
 * the style attribute of the target's parent, or of the target in HTML, changes several times and ends as it was.
 */
function under<T>(target: Element, context: Inherited, handedDown: DrawnStyle['handedDown'], read: () => T): T {
  const parent = target.parentElement;
  const isInside = parent instanceof SVGElement;
  const holder = (isInside ? parent : target) as SVGElement;
  const now = handedDown(holder);
  const outer = !isInside && parent ? handedDown(parent) : null;
  const names = [...new Set([...now.keys(), ...context.keys()])].filter(
    // An element's own word stays.
    (name) => now.get(name) !== context.get(name) && (!outer || outer.get(name) === now.get(name)),
  );
  if (names.length === 0) return read();
  const { style } = holder;
  const text = holder.getAttribute('style');
  const before = names.map((name) => [name, style.getPropertyValue(name), style.getPropertyPriority(name)] as const);
  const running = new Set(holder.getAnimations({ subtree: true }));
  // Values must be there at once, not on their way. What is inside begins its own transition once what is around it is there.
  const settle = (): void => {
    for (let isMoving = true; isMoving;) {
      isMoving = false;
      for (const each of holder.getAnimations({ subtree: true })) {
        if (!(each instanceof CSSTransition) || running.has(each)) continue;
        each.cancel();
        isMoving = true;
      }
    }
  };
  for (const name of names) style.setProperty(name, context.get(name) || 'initial', 'important');
  settle();
  try {
    return read();
  } finally {
    for (const [name, value, priority] of before) style.setProperty(name, value, priority);
    // As it was, to the letter. Chromium forgets to remove an attribute that it has not written out yet.
    if (text === null || style.length > 0) holder.setAttribute('style', text ?? '');
    if (text === null) holder.removeAttribute('style');
    settle();
  }
}
