/** Anything that can be closed more than once without harm. */
export interface Closeable {
  close(): Promise<void> | void
}

/**
 * Keeps what was opened and closes it in the reverse order. A close that fails does not keep the others open; the first
 * failure is thrown at the end. (Node 20 has no AsyncDisposableStack.)
 */
export class Resources implements AsyncDisposable {
  #closers: (() => Promise<unknown> | unknown)[] = []

  use<Resource extends Closeable>(resource: Resource): Resource {
    this.#closers.push(() => resource.close())
    return resource
  }

  defer(closer: () => Promise<unknown> | unknown): void {
    this.#closers.push(closer)
  }

  async close(): Promise<void> {
    const failures: unknown[] = []
    for (let closer = this.#closers.pop(); closer; closer = this.#closers.pop()) {
      try {
        await closer()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
