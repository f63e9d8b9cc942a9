/** Takes from a worker every way to make a request. */

export const WAYS_OUT = [
  'fetch',
  'fetchLater',
  'XMLHttpRequest',
  'WebSocket',
  'WebSocketStream',
  'WebTransport',
  'EventSource',
  'RTCPeerConnection',
  'RTCDataChannel',
  'importScripts',
  'Worker',
  'SharedWorker',
  'BackgroundFetchManager',
  'caches',
] as const;

/**
 * Codecs read hostile bytes, and their glue can load files by itself when nobody hands it a module: with this, neither a
 * flaw in one nor a slip of ours can send anything. The browser's own loading of modules (`import()`) goes on.
 */
export function goOffline(): void {
  for (let scope: object | null = globalThis; scope; scope = Reflect.getPrototypeOf(scope)) {
    for (const name of WAYS_OUT) Reflect.deleteProperty(scope, name);
  }
}
