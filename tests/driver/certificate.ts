/** A certificate that a test's server signs for itself. The browser takes it only with `--ignore-certificate-errors`. */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface Certificate {
  /** Both PEM. */
  readonly key: string;
  readonly cert: string;
}

/** An X.509 v3 certificate (RFC 5280, 4.1) with a P-256 key, for a host name, good for a day before and after now. */
export function selfSigned(host: string): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = der(0x30, oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  const commonName = der(0x30, oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from(host)));
  const name = der(0x30, der(0x31, commonName));
  const day = 86_400_000;
  const validity = der(0x30, utcTime(Date.now() - day), utcTime(Date.now() + day));
  const address = /^[\d.]+$/.test(host) ? Buffer.from(host.split('.').map(Number)) : null;
  const alternative = der(0x30, address ? der(0x87, address) : der(0x82, Buffer.from(host)));
  const subjectAltName = der(0x30, oid(0x55, 0x1d, 0x11), der(0x04, alternative));
  const unsigned = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, subjectAltName)),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', unsigned, privateKey));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(der(0x30, unsigned, ecdsaWithSha256, signature)),
  };
}

/** A tag, the length of its content, the content (ITU-T X.690, 8.1). */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function oid(...bytes: readonly number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

/** `YYMMDDHHMMSSZ` */
function utcTime(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/\D/g, '');
  return der(0x17, Buffer.from(`${digits.slice(2, 14)}Z`));
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
