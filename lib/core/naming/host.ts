/** The host of a URL with its port, as errors and permissions name it; '' for what has none. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}
