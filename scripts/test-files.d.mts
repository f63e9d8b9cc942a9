/** The types of `test-files.mjs`, for TypeScript. */
export function testFilesWith(folder: string, text: RegExp): string[];
