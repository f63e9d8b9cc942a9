/** How much of an element is inside the tab's viewport. */

/** ms: the first notice comes with the next frame; a frame that the browser does not draw at all sends none. */
const PATIENCE = 400;

/**
 * px² of each element. An IntersectionObserver without a root measures against the tab's own viewport, through
 * frames of other origins and scrolled boxes alike (Intersection Observer, 2.2.2); a rectangle's arithmetic can't.
 */
export async function visibleAreas(elements: readonly Element[]): Promise<ReadonlyMap<Element, number>> {
  const areas = new Map<Element, number>();
  if (elements.length === 0) return areas;
  await new Promise<void>((resolve) => {
    const observer = new IntersectionObserver((entries) => {
      for (const {
        target,
        intersectionRect: { width, height },
      } of entries)
        areas.set(target, width * height);
      if (areas.size === elements.length) finish();
    });
    const timer = setTimeout(finish, PATIENCE);
    for (const element of elements) observer.observe(element);
    function finish(): void {
      clearTimeout(timer);
      observer.disconnect();
      resolve();
    }
  });
  // A tab that is in front always draws its top frame; should it not have come to it, the plain arithmetic will do.
  if (window === window.top) {
    for (const element of elements) if (!areas.has(element)) areas.set(element, areaInWindow(element));
  }
  return areas;
}

function areaInWindow(element: Element): number {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const width = Math.min(right, window.innerWidth) - Math.max(left, 0);
  const height = Math.min(bottom, window.innerHeight) - Math.max(top, 0);
  return Math.max(0, width) * Math.max(0, height);
}
