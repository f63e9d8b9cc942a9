/** For a worker whose other imports begin to work as they are loaded: imported before them. */
import { goOffline } from './offline.ts';

goOffline();
