/** Which sites' images may be read, as the person has allowed it so far, and changing that. */
import { browser } from 'wxt/browser';
import { ALL_HOSTS, askForAllHosts } from './host-permission.ts';
import { watchPermissions } from './watch-permissions.ts';

export interface SiteAccess {
  readonly all: boolean;
  /** Match patterns of single hosts, such as `https://images.example/*`. */
  readonly patterns: readonly string[];
}

export interface SiteAccessControl {
  read(): Promise<SiteAccess>;
  /** Must be called in a click: the browser asks. */
  allowAll(): Promise<boolean>;
  /** @param pattern one of `patterns`; without it, all that was allowed */
  remove(pattern?: string): Promise<void>;
  watch(changed: () => void): () => void;
}

export function siteAccessControl(): SiteAccessControl {
  const { permissions } = browser;
  const granted = async (): Promise<string[]> => (await permissions.getAll()).origins ?? [];
  return {
    async read() {
      const origins = await granted();
      return {
        all: await permissions.contains({ origins: [ALL_HOSTS] }),
        patterns: origins.filter((origin) => !/^(?:\*|https?):\/\/\*\/\*$/.test(origin)).sort(),
      };
    },
    allowAll: askForAllHosts,
    async remove(pattern) {
      await permissions.remove({ origins: pattern === undefined ? await granted() : [pattern] });
    },
    watch: watchPermissions,
  };
}
