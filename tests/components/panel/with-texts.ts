/** Renders a component that speaks, with the English texts around it. */
import { render } from '@testing-library/svelte';
import type { Component, ComponentProps } from 'svelte';
import { textsWith } from '../../../lib/core/texts/texts.ts';
import { english } from '../../unit/core/texts/locale.ts';
import WithTexts from './WithTexts.svelte';

export const viewTexts = { t: english, texts: textsWith(english) };

export function show<Props extends object>(
  component: Component<Props, object>,
  props: NoInfer<Props>,
): { change(more: Partial<Props>): Promise<void>; remove(): void } {
  const { rerender, unmount } = render(WithTexts, {
    props: { viewTexts, component, given: props } as ComponentProps<typeof WithTexts>,
  });
  let current = props;
  return {
    change(more) {
      current = { ...current, ...more };
      return rerender({ viewTexts, component, given: current } as ComponentProps<typeof WithTexts>);
    },
    remove: unmount,
  };
}

/** As a person reads it, without the layout's blanks. */
export const seen = (element: Element): string => (element.textContent ?? '').replace(/\s+/g, ' ').trim();
