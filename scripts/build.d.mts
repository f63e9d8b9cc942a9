/** The types of `build.mjs`, for TypeScript. */
export function buildFolder(options?: { readonly test?: boolean }): string;
export function build(options?: { readonly test?: boolean }): Promise<boolean>;
