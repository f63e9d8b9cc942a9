/** Views load some of their parts when they are first opened: on a busy machine that takes more than the usual second. */
import { configure } from '@testing-library/svelte';

configure({ asyncUtilTimeout: 20_000 });
