/**
 * Folders that a person lets be written to, where the browser has it: File System Access
 * (https://wicg.github.io/file-system-access/), which Firefox and Safari lack. A handle is the name of something on the
 * person's disk: it is held in memory alone.
 */

interface Askable {
  requestPermission(options: { mode: 'readwrite' }): Promise<PermissionState>;
}
type Picker = (options: { mode: 'read'; id: string }) => Promise<FileSystemDirectoryHandle>;

function picker(): Picker | null {
  const found: unknown = Reflect.get(globalThis, 'showDirectoryPicker');
  return typeof found === 'function' ? (found as Picker).bind(globalThis) : null;
}

export function canWriteFolders(): boolean {
  return picker() !== null;
}

/** Must be called in a click. Only to read: what is to be written is asked for when it is known. Null when the person chose none. */
export async function chooseFolder(): Promise<FileSystemDirectoryHandle | null> {
  try {
    return (await picker()?.({ mode: 'read', id: 'in-place' })) ?? null;
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') return null;
    throw thrown;
  }
}

/** Must be called in a click. Whether the person lets the folder be written to. */
export async function mayWriteTo(folder: FileSystemDirectoryHandle): Promise<boolean> {
  return (await (folder as unknown as Askable).requestPermission({ mode: 'readwrite' })) === 'granted';
}
