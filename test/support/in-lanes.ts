/** Runs the items in their order, at most so many at once. */
export async function inLanes<Item>(
  lanes: number,
  items: readonly Item[],
  run: (item: Item) => Promise<unknown>,
): Promise<void> {
  const left = items.values();
  const lane = async (): Promise<void> => {
    for (const item of left) await run(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
