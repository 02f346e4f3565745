export interface EventuallyOptions {
  withinMs?: number
  everyMs?: number
}

/** Repeats `check` until it neither throws nor returns false; fails with the last reason. Returns what it returned. */
export async function eventually<Value>(
  check: () => Value | Promise<Value>,
  { withinMs = 10_000, everyMs = 50 }: EventuallyOptions = {},
): Promise<Exclude<Value, false>> {
  const deadline = Date.now() + withinMs
  for (;;) {
    let reason: unknown = new Error(`the check still returned false after ${withinMs} ms`)
    try {
      const value = await check()
      if (value !== false) return value as Exclude<Value, false>
    } catch (error) {
      reason = error
    }
    if (Date.now() >= deadline) throw reason
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
