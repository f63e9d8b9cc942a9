/** Hosts and origins of addresses, `blob:` ones too, which carry the origin of the page that made them. */

/** Host and port, such as `images.example:8080`; '' for an address that has none. */
export function hostOf(url: string): string {
  return locationOf(url)?.host ?? '';
}

/** What a person is asked about: the host, or for a file on their machine `file://`. */
export function siteName(url: string): string {
  return isFile(url) ? 'file://' : hostOf(url);
}

export function isFile(url: string): boolean {
  return /^file:/i.test(url);
}

/** Of a match pattern for one site, such as `https://images.example/*`, or for files. */
export function hostOfPattern(pattern: string): string {
  if (isFile(pattern)) return siteName(pattern);
  return pattern.replace(/^.*:\/\//, '').replace(/\/\*$/, '');
}

/** Whether both are of one origin (scheme, host and port). */
export function sameOrigin(url: string, other: string): boolean {
  const [one, two] = [locationOf(url), locationOf(other)];
  return one !== null && two !== null && one.origin === two.origin;
}

/** The http(s) address in `url`; null for every other scheme. */
export function locationOf(url: string): URL | null {
  try {
    const parsed = new URL(/^blob:/i.test(url) ? url.slice(5) : url);
    return parsed.protocol === 'http:' || parsed.protocol === 'https:' ? parsed : null;
  } catch {
    return null;
  }
}

/**
 * Whether an address is one of a private network, read from its name alone: this machine, RFC 1918, RFC 6598 (shared),
 * RFC 3927 and RFC 4291 (link-local), RFC 4193 (unique local), RFC 6762 (`.local`), RFC 8375 (`home.arpa`). What a public name resolves to can't be
 * known here.
 */
export function isPrivateHost(url: string): boolean {
  const hostname = locationOf(url)?.hostname.replace(/\.$/, '') ?? '';
  if (hostname.startsWith('[')) return isPrivateV6(hostname.slice(1, -1));
  if (/(^|\.)(localhost|local|internal|home\.arpa)$/.test(hostname)) return true;
  const parts = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(hostname);
  return parts !== null && isPrivateV4(Number(parts[1]), Number(parts[2]));
}

function isPrivateV4(first: number, second: number): boolean {
  return (
    first === 0 ||
    first === 10 ||
    first === 127 ||
    (first === 100 && second >= 64 && second <= 127) ||
    (first === 169 && second === 254) ||
    (first === 172 && second >= 16 && second <= 31) ||
    (first === 192 && second === 168)
  );
}

/** @param address as `URL` writes it: lower case, shortened */
function isPrivateV6(address: string): boolean {
  if (address === '::' || address === '::1') return true;
  const mapped = /^::ffff:([0-9a-f]{1,4}):[0-9a-f]{1,4}$/.exec(address);
  if (mapped) {
    const high = parseInt(mapped[1] ?? '', 16);
    return isPrivateV4(high >> 8, high & 255);
  }
  return /^(f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):/.test(address);
}

/**
 * The Referer that a page sends for an image by the browser's own rule, `strict-origin-when-cross-origin` (Referrer
 * Policy, 3.7 and 8.3); null where it sends none. A page may have asked for less, which can't be seen from outside.
 */
export function refererFor(url: string, pageUrl: string): string | null {
  const [image, page] = [locationOf(url), locationOf(pageUrl)];
  if (!image || !page || (page.protocol === 'https:' && image.protocol === 'http:' && !isPrivateHost(url))) return null;
  if (image.origin !== page.origin) return `${page.origin}/`;
  return `${page.origin}${page.pathname}${page.search}`;
}
