import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { READ_ANSWER } from '../../../lib/core/protocol/page-answer.ts';
import { ruleFor } from '../../../lib/background/request-rules.ts';

describe('what a page’s reader answers', () => {
  const answer = {
    failure: null,
    shown: { width: 3, height: 2 },
    worker: false,
    exact: false,
    size: 12,
    status: 200,
    disposition: null,
    finalUrl: 'https://a.example/',
  };
  it('is taken as it should be', () => {
    expect(v.is(READ_ANSWER, answer)).toBe(true);
    expect(v.is(READ_ANSWER, { ...answer, failure: 'silent', shown: 'broken', status: 0, finalUrl: '' })).toBe(true);
  });
  it.each([
    null,
    {},
    { ...answer, size: -1 },
    { ...answer, size: 1.5 },
    { ...answer, size: '12' },
    { ...answer, first: 'AAAA' },
    { ...answer, exact: 'no' },
    { ...answer, status: 1000 },
    { ...answer, shown: { width: 0, height: 2 } },
    { ...answer, shown: { width: NaN, height: 2 } },
    { ...answer, shown: 'here' },
    { ...answer, failure: 'other' },
    { ...answer, disposition: 'x'.repeat(10_001) },
    { ...answer, more: 1 },
  ])('is refused as %j', (other) => expect(v.is(READ_ANSWER, other)).toBe(false));
});

describe('the rule for one request', () => {
  const headersOf = (url: string, frameUrl: string): Record<string, string | undefined> =>
    Object.fromEntries(
      (ruleFor(1, url, frameUrl, 'abc').action.requestHeaders ?? []).map(({ header, value }) => [header, value]),
    );
  it('is for the extension’s own requests to that address alone', () => {
    expect(ruleFor(5, 'https://cdn.example/i.jpg#x', 'https://a.example/p', 'abc')).toMatchObject({
      id: 5,
      condition: {
        urlFilter: '|https://cdn.example/i.jpg|',
        initiatorDomains: ['abc'],
        resourceTypes: ['xmlhttprequest'],
      },
    });
  });
  it('sends what the page would', () => {
    expect(headersOf('https://cdn.example/i.jpg', 'https://a.example/p?q')).toEqual({
      referer: 'https://a.example/',
      'sec-fetch-dest': 'image',
      'sec-fetch-mode': 'no-cors',
      'sec-fetch-site': 'cross-site',
    });
    expect(headersOf('http://a.example/i.jpg', 'http://a.example/p?q')).toEqual({ referer: 'http://a.example/p?q' });
  });
});
