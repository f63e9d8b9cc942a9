/**
 * Each item with what `ask` says of it, in the items' order, while up to `ahead` of them are being asked at the same time.
 *
 * @throws what the items' source throws; `ask` must not
 */
export async function* lookedAhead<Item, Answer>(
  items: Iterable<Item> | AsyncIterable<Item>,
  ahead: number,
  ask: (item: Item) => Answer | Promise<Answer>,
): AsyncGenerator<{ readonly item: Item; readonly answer: Answer }> {
  const asked: { readonly item: Item; readonly answer: Answer | Promise<Answer> }[] = [];
  for await (const item of items) {
    asked.push({ item, answer: ask(item) });
    if (asked.length < ahead) continue;
    const first = asked.shift();
    if (first) yield { item: first.item, answer: await first.answer };
  }
  for (const { item, answer } of asked) yield { item, answer: await answer };
}
