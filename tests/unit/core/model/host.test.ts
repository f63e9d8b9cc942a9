import { describe, expect, it } from 'vitest';
import { hostOf, isPrivateHost, refererFor, sameOrigin } from '../../../../lib/core/model/host.ts';

describe('hosts', () => {
  it.each([
    ['https://a.example:8080/x', 'a.example:8080'],
    ['blob:https://a.example/1-2', 'a.example'],
    ['data:image/png,x', ''],
    ['blob:null/1', ''],
    ['', ''],
  ])('of %s is %j', (url, host) => expect(hostOf(url)).toBe(host));

  it('are of one origin by scheme, name and port', () => {
    expect(sameOrigin('https://a.example/x', 'https://a.example:443/y')).toBe(true);
    expect(sameOrigin('http://a.example/x', 'https://a.example/y')).toBe(false);
    expect(sameOrigin('', '')).toBe(false);
  });

  it.each([
    ['http://localhost/', true],
    ['http://printer.local./', true],
    ['http://127.8.9.1/', true],
    ['http://10.0.0.1/', true],
    ['http://172.16.0.1/', true],
    ['http://172.32.0.1/', false],
    ['http://192.168.0.1/', true],
    ['http://192.169.0.1/', false],
    ['http://100.64.0.1/', true],
    ['http://169.254.169.254/', true],
    ['http://0x7f000001/', true],
    ['http://[::1]/', true],
    ['http://[fe80::1]/', true],
    ['http://[fd00::1]/', true],
    ['http://[::ffff:192.168.0.1]/', true],
    ['http://[2001:db8::1]/', false],
    ['https://images.example/', false],
    ['https://localhost.example/', false],
    ['blob:http://localhost/1', true],
  ])('%s is private: %j', (url, isPrivate) => expect(isPrivateHost(url)).toBe(isPrivate));
});

describe('the Referer', () => {
  it.each([
    ['https://a.example/i.jpg', 'https://a.example/p?q=1#part', 'https://a.example/p?q=1'],
    ['https://b.example/i.jpg', 'https://a.example/p?q=1', 'https://a.example/'],
    ['http://b.example/i.jpg', 'https://a.example/p', null],
    ['http://b.example/i.jpg', 'http://me:word@a.example/p', 'http://a.example/'],
    ['http://a.example/i.jpg', 'http://me:word@a.example/p', 'http://a.example/p'],
    ['http://b.example/i.jpg', 'about:srcdoc', null],
    ['http://b.example/i.jpg', '', null],
  ])('for %s on %s is %j', (url, page, referer) => expect(refererFor(url, page)).toBe(referer));
});
