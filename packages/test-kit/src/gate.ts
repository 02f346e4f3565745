/** A promise that is resolved by hand. */
export class Gate<Value = void> {
  readonly opened: Promise<Value>
  #open!: (value: Value) => void

  constructor() {
    this.opened = new Promise((resolve) => {
      this.#open = resolve
    })
  }

  readonly open = (value: Value): void => this.#open(value)
}
