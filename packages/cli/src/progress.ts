import { dim } from './styled.js'

/** Shows progress in one line of stderr, so that stdout stays fit for pipes. Shows nothing when stderr is no terminal. */
export class Progress {
  #shownAt = 0
  readonly #live = process.stderr.isTTY

  update(text: string): void {
    const now = Date.now()
    if (!this.#live || now - this.#shownAt < 100) return
    this.#shownAt = now
    process.stderr.write(`\r\u001b[K${dim(text).for(process.stderr)}`)
  }

  done(): void {
    if (this.#live && this.#shownAt > 0) process.stderr.write('\r\u001b[K')
  }
}
