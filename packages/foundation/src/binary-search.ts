/**
 * The first whole number from `low` on and below `high` for which `holds`, or `high` when there is none. It must hold for
 * every number behind the first one; some log₂(high − low) of them are asked about.
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
