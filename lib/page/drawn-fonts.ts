/** The fonts of a drawing's letters, as rules that carry them. */
import { base64 } from './base64.ts';
import { Undrawable } from './undrawable.ts';

/**
 * What `@font-face` has loaded for the families in the copy; fonts of the machine need none.
 *
 * @throws Undrawable where a font that is shown can't be read, or is a script's and has no rule
 */
export async function fontRules(copy: Element, document: Document): Promise<string> {
  const families = familiesOf(copy);
  const shown = [...document.fonts].filter(({ status, family }) => status === 'loaded' && families.has(bare(family)));
  if (shown.length === 0) return '';
  const rules = await faceRules(document, families);
  const texts = new Map<string, string>();
  for (const face of shown) {
    const found = rules.find(({ rule }) => isOf(rule, face));
    if (!found) throw new Undrawable('drawing-unlike');
    const { rule, base } = found;
    if (!texts.has(rule.cssText)) texts.set(rule.cssText, await carrying(rule, base));
  }
  return [...texts.values()].join('\n');
}

function familiesOf(copy: Element): Set<string> {
  const families = new Set<string>();
  for (const element of [copy, ...copy.querySelectorAll<SVGElement>('*')]) {
    const list = element.getAttribute('font-family') ?? (element as SVGElement).style?.fontFamily ?? '';
    for (const family of list.split(',')) families.add(bare(family));
  }
  return families;
}

const bare = (family: string): string =>
  family
    .trim()
    .replace(/^(["'])(.*)\1$/s, '$2')
    .toLowerCase();

interface Rule {
  readonly rule: CSSFontFaceRule;
  /** What its addresses are relative to. */
  readonly base: string;
}

async function faceRules(document: Document, families: ReadonlySet<string>): Promise<Rule[]> {
  const found: Rule[] = [];
  const visit = async (rules: CSSRuleList, base: string): Promise<void> => {
    for (const rule of rules) {
      if (rule instanceof CSSFontFaceRule) {
        if (families.has(bare(rule.style.getPropertyValue('font-family')))) found.push({ rule, base });
      } else if (rule instanceof CSSImportRule) {
        if (rule.styleSheet) await visit(await rulesOf(rule.styleSheet), rule.styleSheet.href ?? base);
      } else if ('cssRules' in rule) await visit(rule.cssRules as CSSRuleList, base);
    }
  };
  for (const sheet of [...document.styleSheets, ...document.adoptedStyleSheets])
    await visit(await rulesOf(sheet), sheet.href ?? document.baseURI);
  return found;
}

/** Another site's sheet, imported or not, is closed to scripts, and its text mostly is not. */
async function rulesOf(sheet: CSSStyleSheet): Promise<CSSRuleList> {
  try {
    return sheet.cssRules;
  } catch {
    const copy = new CSSStyleSheet();
    const answer = sheet.href === null ? null : fetch(sheet.href, { cache: 'force-cache', credentials: 'omit' });
    copy.replaceSync((await answer?.then((sent) => sent.text()).catch(() => '')) ?? '');
    return copy.cssRules;
  }
}

function isOf({ style }: CSSFontFaceRule, face: FontFace): boolean {
  const weight = (text: string): string =>
    text
      .replace(/normal/g, '400')
      .replace(/bold/g, '700')
      .replace(/^(\S+) \1$/, '$1');
  const value = (name: string): string => style.getPropertyValue(name);
  return (
    bare(value('font-family')) === bare(face.family) &&
    weight(value('font-weight') || 'normal') === weight(face.weight) &&
    (value('font-style') || 'normal') === face.style &&
    (value('unicode-range') || 'U+0-10FFFF').toLowerCase() === face.unicodeRange.toLowerCase()
  );
}

/** The rule with the first of its files that a browser of today reads; a font of the machine goes by its name alone. */
async function carrying({ style, cssText }: CSSFontFaceRule, base: string): Promise<string> {
  const source = /\bsrc:\s*((?:[^;"}]|"[^"]*")*)/.exec(cssText)?.[1] ?? '';
  const files = [...source.matchAll(/url\(\s*["']?([^"')]+)["']?\s*\)(?:\s*format\(["']?([\w-]+)["']?\))?/g)];
  const [, url] = files.find(([, , format = '']) => !/^(?:embedded-opentype|svg)$/.test(format)) ?? [];
  const sources: string[] = [...(source.match(/local\([^)]*\)/g) ?? [])];
  if (url !== undefined) sources.push(`url(${await fontData(url, base)})`);
  const descriptors = ['font-family', 'font-weight', 'font-style', 'font-stretch', 'unicode-range']
    .map((name) => [name, style.getPropertyValue(name)] as const)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}:${value};`);
  return `@font-face{${descriptors.join('')}src:${sources.join(',')}}`;
}

async function fontData(url: string, base: string): Promise<string> {
  if (/^data:/i.test(url)) return url;
  const { href, host } = new URL(url, base);
  const answer = await fetch(href, { cache: 'force-cache', credentials: 'same-origin' }).catch(() => null);
  if (!answer?.ok) throw new Undrawable('drawing-incomplete', host);
  return `data:font/woff2;base64,${await base64(new Uint8Array(await answer.arrayBuffer()))}`;
}
