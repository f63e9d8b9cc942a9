/** A file's bytes as text, which is all that leaves an injected script. The browser's own way is there since Chrome 140. */
export function base64(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const native = (bytes as { toBase64?(): string }).toBase64?.();
  if (native !== undefined) return Promise.resolve(native);
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const text = String(reader.result);
      resolve(text.slice(text.indexOf(',') + 1));
    };
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'));
    reader.readAsDataURL(new Blob([bytes]));
  });
}
