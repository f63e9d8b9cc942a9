/** The types of `notices.mjs`, for TypeScript. */
export interface Shipped {
  readonly name: string;
  readonly version: string;
  /** SPDX. */
  readonly licence: string;
  readonly texts: readonly string[];
}
export function shippedPackages(): Shipped[];
export function noticesText(): string;
