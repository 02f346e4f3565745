/** Lets a number of callers go on at a time, in the order they came. */
export class Turns {
  readonly #waiting: (() => void)[] = []
  #taken = 0
  #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  set limit(limit: number) {
    this.#limit = limit
    this.#next()
  }

  async take(): Promise<Disposable> {
    if (this.#taken >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#taken++
    return {
      [Symbol.dispose]: () => {
        this.#taken--
        this.#next()
      },
    }
  }

  #next(): void {
    while (this.#taken < this.#limit && this.#waiting.length > 0) {
      this.#taken++
      this.#waiting.shift()!()
    }
  }
}
