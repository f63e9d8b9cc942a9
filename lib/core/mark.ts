const channel = new BroadcastChannel('marks');
export function mark(name: string): void {
  channel.postMessage([name, performance.timeOrigin + performance.now()]);
}
