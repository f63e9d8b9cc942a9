/**
 * A folder as File System Access gives it, in memory: a stand-in for the browser's own. What is written is not there until it
 * is closed, and the browser may be ended before any step that changes the disk.
 */
export class FolderInMemory {
  /** Path to content; a folder is its path with a '/' at the end. */
  readonly disk = new Map<string, Uint8Array<ArrayBuffer>>();
  /** Steps that change the disk, from the first one. */
  steps = 0;
  /** At this step and after it nothing happens any more, nor is anything heard. */
  endsAt = Infinity;
  /** Refuses to write here. */
  full = false;
  #clock = 1000;
  readonly #times = new Map<string, number>();

  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [path, content] of Object.entries(files)) this.put(path, new TextEncoder().encode(content));
  }

  put(path: string, content: Uint8Array<ArrayBuffer>): void {
    this.disk.set(path, content);
    this.#times.set(path, ++this.#clock);
  }

  /** As text, by path. */
  get content(): Record<string, string> {
    return Object.fromEntries([...this.disk].map(([path, bytes]) => [path, new TextDecoder().decode(bytes)]));
  }

  root(): FileSystemDirectoryHandle {
    return this.#folder('', 'trip');
  }

  async #step(): Promise<void> {
    if (this.steps >= this.endsAt) return new Promise(() => undefined);
    this.steps += 1;
  }

  #folder(path: string, name: string): FileSystemDirectoryHandle {
    const childrenOf = (): string[] => [
      ...new Set(
        [...this.disk.keys()]
          .filter((each) => each.startsWith(path) && each !== path)
          .map((each) => each.slice(path.length).replace(/\/.*$/, '/')),
      ),
    ];
    const self = {
      kind: 'directory',
      name,
      values: async function* (this: unknown) {
        for (const child of childrenOf()) yield child.endsWith('/') ? folderAt(child.slice(0, -1)) : fileAt(child);
      },
      getDirectoryHandle: async (child: string, { create = false } = {}) => {
        if (!childrenOf().includes(`${child}/`)) {
          if (!create) throw new DOMException('', 'NotFoundError');
          await this.#step();
          this.put(`${path}${child}/`, new Uint8Array());
        }
        return folderAt(child);
      },
      getFileHandle: async (child: string, { create = false } = {}) => {
        if (childrenOf().includes(`${child}/`)) throw new DOMException('', 'TypeMismatchError');
        if (!this.disk.has(path + child)) {
          if (!create) throw new DOMException('', 'NotFoundError');
          await this.#step();
          this.put(path + child, new Uint8Array());
        }
        return fileAt(child);
      },
      removeEntry: async (child: string) => {
        await this.#step();
        if (!this.disk.delete(path + child)) throw new DOMException('', 'NotFoundError');
      },
    };
    const folderAt = (child: string): FileSystemDirectoryHandle => this.#folder(`${path}${child}/`, child);
    const fileAt = (child: string): FileSystemFileHandle => this.#file(path, child);
    return self as unknown as FileSystemDirectoryHandle;
  }

  #file(folder: string, name: string): FileSystemFileHandle {
    const path = folder + name;
    return {
      kind: 'file',
      name,
      getFile: async () => {
        const content = this.disk.get(path);
        if (!content) throw new DOMException('', 'NotFoundError');
        return new File([content], name, { lastModified: this.#times.get(path) ?? 0 });
      },
      createWritable: async () => {
        let written: Uint8Array<ArrayBuffer> = new Uint8Array();
        return {
          write: async (content: Blob | Uint8Array<ArrayBuffer>) => {
            if (this.full) throw new DOMException('', 'QuotaExceededError');
            written = new Uint8Array(await new Blob([content]).arrayBuffer());
            // Half of it is on the disk then, beside.
            await this.#step();
            this.put(`${path}.crswap`, written.slice(0, written.length / 2));
          },
          close: async () => {
            await this.#step();
            this.disk.delete(`${path}.crswap`);
            this.put(path, written);
          },
        };
      },
      move: async (to: string) => {
        await this.#step();
        const content = this.disk.get(path);
        if (!content) throw new DOMException('', 'NotFoundError');
        this.disk.delete(path);
        this.put(folder + to, content);
      },
    } as unknown as FileSystemFileHandle;
  }
}
