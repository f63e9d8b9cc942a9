/** The types of `native.mjs`, for TypeScript. */
export function compileNative(): Promise<string[]>;
