/** No exception's text reaches a person: what is shown are codes and figures of our own. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CompressionError, ERROR_PARAMETERS } from '../../../../lib/core/errors.ts';

const ROOT = new URL('../../../../', import.meta.url).pathname;
const SOURCES = ['lib', 'components', 'entrypoints'].flatMap((folder) => sourcesUnder(`${ROOT}${folder}`));

function sourcesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|svelte)$/.test(name))
    .map((name) => `${folder}/${name}`)
    .filter((file) => readFileSync(file, 'utf8').includes('CompressionError'));
}

/** The parameters of an error that is made, up to its options. */
const PARAMETERS = /CompressionError(?:\.from)?\(([^;]*?)(?:\{\s*cause|\);)/gs;
const TEXT_OF_AN_EXCEPTION = /\.message\b|\.stack\b|String\((?:thrown|error|cause|reason|message)\b/;

describe('an exception', () => {
  it.each(SOURCES)('gives no text of its own to an error in %s', (file) => {
    for (const [, parameters = ''] of readFileSync(file, 'utf8').matchAll(PARAMETERS))
      expect(parameters).not.toMatch(TEXT_OF_AN_EXCEPTION);
  });

  it('that nobody thought of becomes a code without figures, and stays as its cause', () => {
    const thrown = new TypeError("Cannot read properties of null (reading 'data')");
    const error = CompressionError.from(thrown);
    expect(error.toRecord()).toEqual({ code: 'internal', parameters: {} });
    expect(error.cause).toBe(thrown);
    expect(ERROR_PARAMETERS.internal).toEqual([]);
    expect(CompressionError.from('a word', 'corrupt').toRecord()).toEqual({ code: 'corrupt', parameters: {} });
  });
});
