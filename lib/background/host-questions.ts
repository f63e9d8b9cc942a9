/** Which hosts a person is asked for, and when: within the next click once the host has refused, and never again after a refusal. */
import type { StorageItems } from '../storage/storage-area.ts';

const KEY = 'hosts-refused';
/** By tab: the hosts, as a match pattern, that a button in its page offers to allow. */
const OFFERED = 'hosts-offered';

export interface HostQuestions {
  /** To be known before anything is awaited in a click, so it is asked of memory alone: nothing is lost if that goes. */
  isDue(host: string): boolean;
  /** A host did not let the image be read without a permission. */
  hostRefused(host: string): Promise<void>;
  /** The person's answer, for the rest of the session. */
  answered(host: string, allowed: boolean): Promise<void>;
  /** A button in the tab's page offers to allow what the pattern matches; which one it asks for is then the page's word. */
  offer(tabId: number, pattern: string | null): Promise<void>;
  /** Whether it was offered there. An offer is taken up once. */
  wasOffered(tabId: number, pattern: string | null): Promise<boolean>;
  forget(): Promise<void>;
}

export function createHostQuestions(area: StorageItems): HostQuestions {
  const due = new Set<string>();

  async function refused(): Promise<readonly string[]> {
    return ((await area.get(KEY))[KEY] as readonly string[] | undefined) ?? [];
  }

  async function offered(): Promise<Readonly<Record<string, string>>> {
    return ((await area.get(OFFERED))[OFFERED] as Readonly<Record<string, string>> | undefined) ?? {};
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
    async offer(tabId, pattern) {
      if (pattern !== null) await area.set({ [OFFERED]: { ...(await offered()), [tabId]: pattern } });
    },
    async wasOffered(tabId, pattern) {
      const { [tabId]: own, ...others } = await offered();
      if (own === undefined || own !== pattern) return false;
      await area.set({ [OFFERED]: others });
      return true;
    },
    async forget() {
      due.clear();
      await area.remove(KEY);
      await area.remove(OFFERED);
    },
  };
}
