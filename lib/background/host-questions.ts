/** Which hosts a person is asked for, and when: within the next click once the host has refused, and never again after a refusal. */

/** `storage.session`. */
interface Area {
  get(key: string): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
  remove(key: string): Promise<void>;
}

const KEY = 'hosts-refused';

export interface HostQuestions {
  /** To be known before anything is awaited in a click, so it is asked of memory alone: nothing is lost if that goes. */
  isDue(host: string): boolean;
  /** A host did not let the image be read without a permission. */
  hostRefused(host: string): Promise<void>;
  /** The person's answer, for the rest of the session. */
  answered(host: string, allowed: boolean): Promise<void>;
  forget(): Promise<void>;
}

export function createHostQuestions(area: Area): HostQuestions {
  const due = new Set<string>();

  async function refused(): Promise<readonly string[]> {
    return ((await area.get(KEY))[KEY] as readonly string[] | undefined) ?? [];
  }

  return {
    isDue: (host) => due.has(host),
    async hostRefused(host) {
      if (!(await refused()).includes(host)) due.add(host);
    },
    async answered(host, allowed) {
      due.delete(host);
      const others = (await refused()).filter((each) => each !== host);
      await area.set({ [KEY]: allowed ? others : [...others, host] });
    },
    async forget() {
      due.clear();
      await area.remove(KEY);
    },
  };
}
