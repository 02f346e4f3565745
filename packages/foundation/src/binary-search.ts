/**
 * Finds the first whole number from `low` on and below `high` for which `holds` is true; `high` when there is none.
 * `holds` must be true for every number after the first one, and is called some log₂(high − low) times.
 */
export async function firstWhere(
  low: number,
  high: number,
  holds: (index: number) => boolean | Promise<boolean>,
): Promise<number> {
  let first = low
  let end = high
  while (first < end) {
    const middle = Math.floor((first + end) / 2)
    if (await holds(middle)) end = middle
    else first = middle + 1
  }
  return first
}
