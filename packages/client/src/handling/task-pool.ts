/** Runs tasks in their order, at most `concurrency` at the same time. Tasks must not reject. */
export class TaskPool {
  readonly #concurrency: number
  #waiting: (() => Promise<void>)[] = []
  #head = 0
  #running = 0
  #idleListeners: (() => void)[] = []

  constructor(concurrency: number) {
    this.#concurrency = concurrency
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#waiting.length - this.#head
  }

  add(task: () => Promise<void>): void {
    if (this.#running < this.#concurrency) void this.#run(task)
    else this.#waiting.push(task)
  }

  /** Drops the tasks that have not begun. */
  clear(): void {
    this.#waiting = []
    this.#head = 0
  }

  /** Resolves when nothing runs or waits. */
  idle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve()
    return new Promise((resolve) => this.#idleListeners.push(resolve))
  }

  /** Like `idle`, but resolves to false after `timeoutMs`. Real time: closing must not depend on a manual clock. */
  async idleWithin(timeoutMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), timeoutMs)
    })
    const finished = await Promise.race([this.idle().then(() => true), patience])
    clearTimeout(timer)
    return finished
  }

  async #run(task: () => Promise<void>): Promise<void> {
    this.#running++
    for (let next: (() => Promise<void>) | undefined = task; next; next = this.#take()) await next()
    this.#running--
    if (this.#running > 0) return
    for (const listener of this.#idleListeners.splice(0)) listener()
  }

  #take(): (() => Promise<void>) | undefined {
    const task = this.#waiting[this.#head]
    if (task === undefined) return undefined
    this.#head++
    if (this.#head === this.#waiting.length) this.clear()
    else if (this.#head >= 1024 && this.#head * 2 >= this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head)
      this.#head = 0
    }
    return task
  }
}
