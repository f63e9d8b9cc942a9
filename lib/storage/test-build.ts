/**
 * Whether this is a build for tests (`COMPRESSIMAGE_TEST_BUILD=1 wxt build`), in which the clock and the deadlines can be
 * set from outside. A constant of the build: any other build contains nothing of it, which a test of the build holds.
 */
export const TEST_BUILD: boolean = typeof __COMPRESSIMAGE_TEST_BUILD__ === 'boolean' && __COMPRESSIMAGE_TEST_BUILD__;

/** Put in by `wxt.config.ts`; not there outside of a build. */
declare const __COMPRESSIMAGE_TEST_BUILD__: boolean | undefined;
